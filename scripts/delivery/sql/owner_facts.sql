-- What the owner of the data is told of a build that passed. today is the day of the run.
insert into judged values ('owner', 'data', getvariable('today'));

insert into standing
select
    'owner',
    'data-stale',
    'data',
    2,
    0,
    'The newest news of a deal is of '
    || as_of_date
    || ', '
    || date_diff('day', as_of_date, getvariable('today'))
    || ' days ago: is the export still running?',
    true,
    null,
    null
from warehouse.as_of
where
    date_diff('day', as_of_date, getvariable('today'))
    > (select value from warehouse.alert_thresholds where name = 'stale_data_days')
union all
select
    'owner',
    'data-rejected',
    'data',
    2,
    0,
    sum(rows)
    || ' of '
    || max(out_of)
    || ' rows of the export were rejected: the table stg_deals_rejected has them, with all reasons.',
    true,
    null,
    null
from warehouse.data_quality
where category = 'rejected'
having
    sum(rows)
    > max(out_of) * (select value from warehouse.alert_thresholds where name = 'told_rejected_share');

-- What is wrong with the data of a build that passed. It is looked for while the warehouse is open, and
-- told to the owner after the readers have been told. today is the day of the run.
create or replace temp table data_troubles as
select
    'data-stale' as alert_key,
    'The newest news of a deal is of '
    || as_of_date
    || ', '
    || date_diff('day', as_of_date, getvariable('today'))
    || ' days ago: is the export still running?' as sentence
from warehouse.as_of
where
    date_diff('day', as_of_date, getvariable('today'))
    > (select value from warehouse.alert_thresholds where name = 'stale_data_days')
union all
select
    'data-rejected',
    sum(rows)
    || ' of '
    || max(out_of)
    || ' rows of the export were rejected: the table stg_deals_rejected has them, with all reasons.'
from warehouse.data_quality
where category = 'rejected'
having
    sum(rows)
    > max(out_of) * (select value from warehouse.alert_thresholds where name = 'told_rejected_share')
union all
select
    'data-unjudged',
    'No rule could judge the deals: see status in the table alert_rule_evaluations.'
from warehouse.alert_rule_evaluations
having count(*) filter (where status = 'ok') = 0
union all
select
    'data-of-the-future',
    'The deals are looked at as of '
    || as_of_date
    || ', which is yet to come: nothing is told of them. Is a date mistyped?'
from warehouse.as_of
where as_of_date > getvariable('today') + 1
union all
select
    'data-back',
    'The deals are looked at as of '
    || as_of.as_of_date
    || ', and those of '
    || told_days.day
    || ' were told of already: nothing is told of them.'
from warehouse.as_of
inner join told_days on told_days.audience = 'leader' and told_days.day > as_of.as_of_date
union all
select
    'silence-' || silences.alert_key,
    'The silence of ' || silences.alert_key || ' silences nothing: no segment has that id.'
from warehouse.alert_silences as silences
cross join warehouse.as_of
where
    silences.silenced_until >= as_of.as_of_date
    and silences.alert_key not in (select alert_key from warehouse.rule_results)
    and silences.alert_key not in (select alert_key from episodes);

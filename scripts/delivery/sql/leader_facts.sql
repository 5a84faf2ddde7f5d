-- What holds in a build that passed, for those who read the alerts.
insert into days
select 'leader', as_of_date
from warehouse.as_of
where as_of_date is not null;

insert into judged
select 'leader', rule
from warehouse.alert_rule_evaluations
where status = 'ok';

-- All that is beyond its threshold: an alert does not end because five others are told before it.
insert into standing
select
    'leader',
    history.alert_key,
    history.rule,
    rank_of_severity(history.severity),
    history.amount_at_stake,
    alerts.reason,
    alerts.alert_key is not null and not alerts.is_within_luck,
    alerts.muted_by,
    to_json(alerts)
from warehouse.alert_history as history
left join warehouse.alerts as alerts on alerts.alert_key = history.alert_key
where history.is_as_of;

insert into looked_at
select alert_key
from warehouse.rule_results
where is_as_of and is_evaluated;

-- What was told is known too, also where its rule was not judged.
insert into silenced
select distinct known.alert_key
from (
    select alert_key, rule from standing
    union
    select alert_key, rule from episodes where ended_on is null
) as known
inner join warehouse.alert_silences as silences
    on silences.alert_key = known.alert_key
    or (silences.alert_key is null and silences.rule = known.rule)
where silences.silenced_until >= (select day from days where audience = 'leader');

-- A rule that its readers find to be noise more often than not.
insert into noisy_rules
select rule, count(*) filter (where verdict = 'useful'), count(*) filter (where verdict = 'noise')
from feedback
group by rule
having
    count(*) >= (select value from warehouse.alert_thresholds where name = 'noisy_rule_opinions')
    and count(*) filter (where verdict = 'useful')
    < count(*) * (select value from warehouse.alert_thresholds where name = 'noisy_rule_useful_share');

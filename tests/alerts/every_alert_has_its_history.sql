-- What is told is in the history of the as-of date, with the same figures, and nothing else fired
-- on it.
with
    told as (select * from {{ ref("alerts") }}),
    history as (select * from {{ ref("alert_history") }} where is_as_of and is_fired)

select
    coalesce(told.alert_key, history.alert_key) as alert_key,
    told.as_of_date,
    history.evaluation_date,
    told.severity,
    history.severity as severity_in_history,
    told.metric_value,
    history.metric_value as metric_value_in_history,
    told.amount_at_stake,
    history.amount_at_stake as amount_in_history
from told
full outer join history on history.alert_key = told.alert_key
where
    told.alert_key is null
    or history.alert_key is null
    or history.evaluation_date <> told.as_of_date
    or history.severity <> told.severity
    or history.metric_value <> told.metric_value
    or history.amount_at_stake <> told.amount_at_stake

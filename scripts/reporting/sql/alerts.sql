-- One row per alert, in the order in which they are told.
select
    alerts.alert_key,
    alerts.rule,
    alerts.severity,
    alerts.verdict,
    alerts.reason,
    alerts.evidence,
    alerts.since,
    alerts.goes_with,
    alerts.action,
    alerts.look_at,
    alerts.deals
from alerts
inner join alert_rule_evaluations as evaluations on evaluations.rule = alerts.rule
order by alerts.severity_rank, evaluations.rule_order, alerts.rank_in_rule;

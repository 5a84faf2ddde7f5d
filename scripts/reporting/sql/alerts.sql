-- One row per alert, in the order in which they are told.
select
    alerts.*,
    evaluations.rule_order,
    replace(alerts.rule, '_', ' ') as rule_name
from alerts
inner join alert_rule_evaluations as evaluations on evaluations.rule = alerts.rule
order by severity_rank, evaluations.rule_order, rank_in_rule;

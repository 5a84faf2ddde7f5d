-- The rule of an alert that a reader was told of; of a trouble of the owner there is no opinion.
select rule
from outbox_alerts
where alert_key = $alert_key and rule not in ('build', 'data', 'delivery')
limit 1;

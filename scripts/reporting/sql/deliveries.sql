-- One row per message and alert that was told, the newest first; twenty of them at most.
select created_at, destination, change, rule, severity, status
from alert_deliveries
where alert_key in (select alert_key from alert_history)
order by created_at desc, destination, alert_key
limit 20;

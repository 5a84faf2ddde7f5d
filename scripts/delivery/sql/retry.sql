-- What was given up is tried again, but for what later news has overtaken: the alert was told of since,
-- or is over. Sent late it would open an incident that nothing closes, or close one that is open.
create or replace temp table overtaken as
select outbox.notification_id
from outbox
inner join outbox_alerts on outbox_alerts.notification_id = outbox.notification_id
left join episodes
    on episodes.destination = outbox.destination
    and episodes.alert_key = outbox_alerts.alert_key
    and episodes.episode = outbox_alerts.episode
where outbox.status = 'dead'
group by outbox.notification_id
having
    bool_and(
        (outbox_alerts.change <> 'resolved' and episodes.ended_on is not null)
        or exists (
            select 1
            from outbox as later
            inner join outbox_alerts as told on told.notification_id = later.notification_id
            where
                later.destination = outbox.destination
                and later.recipient is not distinct from outbox.recipient
                and told.alert_key = outbox_alerts.alert_key
                and later.created_at > outbox.created_at
        )
    );

update outbox
set status = 'dropped', result = 'overtaken by later news'
where
    notification_id in (select notification_id from overtaken)
    and destination = coalesce(getvariable('asked_destination'), destination);

update outbox
set
    status = 'pending',
    attempts = 0,
    next_attempt_at = getvariable('now'),
    tried_since = getvariable('now'),
    ended_at = null
where
    status in ('pending', 'dead')
    and destination = coalesce(getvariable('asked_destination'), destination);

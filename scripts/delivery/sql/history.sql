-- The last messages, the newest first, and what each tells.
with
    told as (
        select
            notification_id,
            string_agg(change || ' ' || alert_key, ', ' order by change, alert_key) as tells
        from outbox_alerts
        group by notification_id
    )

select
    strftime(outbox.created_at, '%Y-%m-%d %H:%M'),
    outbox.destination || coalesce(' (' || outbox.recipient || ')', ''),
    outbox.status,
    outbox.attempts,
    outbox.result,
    coalesce(told.tells, 'what holds')
from outbox
left join told on told.notification_id = outbox.notification_id
order by outbox.created_at desc, outbox.notification_id
limit $last;

-- One row per destination that is in the file, or has messages.
with
    named as (
        select unnest($names) as destination
        union
        select destination from outbox
    ),
    counted as (
        select
            destination,
            count(*) filter (where status = 'sent') as sent,
            count(*) filter (where status = 'pending') as pending,
            count(*) filter (where status = 'dead') as dead,
            max(ended_at) filter (where status = 'sent') as last_sent_at,
            arg_max(result, created_at) filter (where status <> 'sent') as last_trouble
        from outbox
        group by destination
    ),
    firing as (
        select destination, count(*) as firing from episodes where ended_on is null group by destination
    )

select
    named.destination,
    coalesce(counted.sent, 0),
    coalesce(counted.pending, 0),
    coalesce(counted.dead, 0),
    coalesce(firing.firing, 0),
    strftime(counted.last_sent_at, '%Y-%m-%d %H:%M'),
    counted.last_trouble
from named
left join counted on counted.destination = named.destination
left join firing on firing.destination = named.destination
order by named.destination;

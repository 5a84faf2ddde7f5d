-- What the owner is told of deliveries: messages that no attempt will bring.
insert into judged values ('owner', 'delivery', getvariable('today'));

insert into standing
select
    'owner',
    'delivery-' || destination,
    'delivery',
    2,
    0,
    count(*)
    || case when count(*) = 1 then ' message' else ' messages' end
    || ' to '
    || destination
    || ' could not be delivered ('
    || string_agg(distinct result, ', ' order by result)
    || '); mend it, then run `notify.py retry`.',
    true,
    null,
    null
from outbox
where status = 'dead'
group by destination;

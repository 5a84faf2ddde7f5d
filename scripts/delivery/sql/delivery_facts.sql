-- What the owner is told of deliveries: messages that no attempt will bring. Of more of them, once
-- more; of those to a destination that left the file nothing, for nobody can mend them.
insert into judged values ('owner', 'delivery');

insert into standing
select
    'owner',
    'delivery-' || destination,
    'delivery',
    2,
    count(*),
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
where status = 'dead' and destination in (select destination from destinations)
group by destination;

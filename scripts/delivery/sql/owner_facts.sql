-- What the owner is told of the data, where the build passed.
insert into judged values ('owner', 'data');

insert into standing
select 'owner', alert_key, 'data', 2, 0, sentence, true, null, null
from data_troubles;

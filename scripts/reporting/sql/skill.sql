-- One row: whether the scores have predicted anything.
select *
from score_skill;

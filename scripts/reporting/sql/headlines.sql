-- One row per sentence about the whole book, in reading order.
select topic, sentence
from headlines
order by position;

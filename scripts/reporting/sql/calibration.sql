-- One row per tenth of win probability: promised, and what came of it.
select *
from score_calibration
where deals > 0
order by bin;

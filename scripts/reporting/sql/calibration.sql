-- One row per tenth of win probability: promised, and what came of it.
select
    from_probability,
    to_probability,
    mean_win_probability,
    deals,
    won_deals,
    win_rate,
    win_rate_low,
    win_rate_high
from score_calibration
where deals > 0
order by from_probability;

-- One row per quarter of all deals, by the day they closed and by the day they were created; the last
-- twelve quarters.
select
    clock,
    'Q' || quarter(period_start) || ' ' || year(period_start) as quarter,
    period_start,
    period_status,
    is_complete,
    deals,
    won_deals,
    win_rate,
    win_rate_low,
    win_rate_high
from win_rate_trend
where period_type = 'quarter' and grain = 'overall'
qualify row_number() over (partition by clock order by period_start desc) <= 12
order by clock, period_start;

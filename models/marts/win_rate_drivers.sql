with drivers as (select * from {{ ref("int_drivers") }} where is_as_of)

select
    industry,
    region,
    lead_source,
    closed_deals,
    won_deals,
    win_rate,
    win_rate_low,
    win_rate_high,
    shrunk_win_rate,
    p_value,
    q_value,
    verdict,
    avg_deal_amount,
    deals_without_amount,
    lift,
    driver_score,
    driver_rank
from drivers

with segments as (select * from {{ ref("win_rate_by_segment") }})

select
    industry,
    region,
    lead_source,
    deal_stage,
    closed_deals,
    won_deals,
    win_rate,
    win_rate_low,
    win_rate_high,
    shrunk_win_rate,
    p_value,
    q_value,
    verdict
from segments
where grain = 'industry_region_lead_source_deal_stage'

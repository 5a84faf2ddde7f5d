with pace as (select * from {{ ref("stage_pace") }})

select
    industry,
    region,
    deal_stage,
    closed_deals,
    median_cycle_days,
    stall_limit_days,
    pipeline_deals,
    stalled_deals,
    stalled_amount,
    stalled_deals_without_amount,
    stall_limit_days is not null as is_evaluated,
    stall_limit_days is not null and stalled_deals >= {{ threshold("stalled_deals") }} as is_fired
from pace
where pipeline_deals > 0

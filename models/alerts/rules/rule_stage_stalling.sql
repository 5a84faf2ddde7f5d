with
    pace as (select * from {{ ref("stage_pace") }}),

    judged as (
        select *, stall_limit_days is not null as is_evaluated from pace where pipeline_deals > 0
    )

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
    is_evaluated,
    is_evaluated and stalled_deals >= {{ threshold("stalled_deals") }} as is_fired
from judged

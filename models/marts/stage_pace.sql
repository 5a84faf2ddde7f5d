with
    stalling as (select * from {{ ref("int_stalling") }}),
    evaluations as (select * from {{ ref("int_evaluations") }} where is_as_of)

select
    stalling.industry,
    stalling.region,
    stalling.deal_stage,
    stalling.closed_deals,
    stalling.median_cycle_days,
    stalling.median_days,
    stalling.p75_days,
    stalling.p90_days,
    stalling.limit_basis,
    -- The input does not say when a deal entered its stage, so only its whole age is known.
    'deal' as age_basis,
    stalling.stall_limit_days,
    stalling.critical_stall_limit_days,
    stalling.pipeline_deals,
    stalling.stalled_deals,
    stalling.stalled_amount,
    stalling.stalled_deals_without_amount
from stalling
inner join evaluations on evaluations.evaluation_date = stalling.evaluation_date

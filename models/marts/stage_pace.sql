with
    limits as (select * from {{ ref("int_stall_limits") }}),
    pipeline as (select * from {{ ref("deal_risk") }}),

    counted as (
        select
            industry,
            region,
            deal_stage,
            count(*) as pipeline_deals,
            count(*) filter (where is_stalled) as stalled_deals,
            count(*) filter (
                where is_stalled and deal_amount is null
            ) as stalled_deals_without_amount,
            {{ total_amount("deal_amount", where="is_stalled") }} as stalled_amount
        from pipeline
        group by industry, region, deal_stage
    )

select
    limits.industry,
    limits.region,
    limits.deal_stage,
    limits.closed_deals,
    limits.median_cycle_days,
    limits.stall_limit_days,
    coalesce(counted.pipeline_deals, 0) as pipeline_deals,
    coalesce(counted.stalled_deals, 0) as stalled_deals,
    coalesce(counted.stalled_amount, 0) as stalled_amount,
    coalesce(counted.stalled_deals_without_amount, 0) as stalled_deals_without_amount
from limits
left join
    counted
    on counted.industry = limits.industry
    and counted.region = limits.region
    and counted.deal_stage = limits.deal_stage

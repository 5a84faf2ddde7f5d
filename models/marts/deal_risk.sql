with
    deals as (select * from {{ ref("deals") }}),
    cells as (select * from {{ ref("segment_stage_win_rates") }}),
    baseline as (select * from {{ ref("win_rate_baseline") }}),
    stall_limits as (select * from {{ ref("int_stall_limits") }}),

    scored as (
        select
            deals.*,
            coalesce(cells.closed_deals, 0) as segment_closed_deals,
            coalesce(cells.win_rate, baseline.win_rate) as segment_win_probability,
            baseline.win_rate as baseline_win_rate,
            stall_limits.stall_limit_days
        from deals
        cross join baseline
        left join
            cells
            on cells.industry = deals.industry
            and cells.region = deals.region
            and cells.lead_source = deals.lead_source
            and cells.deal_stage = deals.deal_stage
        left join
            stall_limits
            on stall_limits.industry = deals.industry
            and stall_limits.region = deals.region
            and stall_limits.deal_stage = deals.deal_stage
        where deals.is_pipeline
    )

select
    deal_id,
    sales_rep_id,
    industry,
    region,
    lead_source,
    deal_stage,
    product_type,
    deal_size_band,
    deal_amount,
    age_days,
    segment_closed_deals,
    segment_win_probability,
    {{ risk_band("segment_win_probability", "baseline_win_rate") }} as risk_band,
    segment_win_probability * cast(deal_amount as double) as expected_amount,
    stall_limit_days,
    coalesce(age_days > stall_limit_days, false) as is_stalled,
    created_date,
    as_of_date
from scored

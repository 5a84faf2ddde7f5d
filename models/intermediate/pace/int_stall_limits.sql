with
    pace as (select * from {{ ref("int_pace") }}),
    median_cycles as (select * from {{ ref("int_median_cycles") }}),

    segments as (select * from pace where pace_grain = 'industry_region_deal_stage'),

    -- A segment with few closings, or with so many open deals that the limit is not reached yet,
    -- takes the limits of its industry and region, or of all deals.
    candidates as (
        select
            segments.*,
            pace.pace_grain as limit_basis,
            pace.median_days as basis_median_days,
            pace.p75_days as basis_p75_days,
            pace.p90_days as basis_p90_days,
            row_number() over (
                partition by
                    segments.evaluation_date,
                    segments.industry,
                    segments.region,
                    segments.deal_stage
                order by pace.industry nulls last, pace.deal_stage nulls last
            ) as preference
        from segments
        inner join
            pace
            on pace.evaluation_date = segments.evaluation_date
            and coalesce(pace.industry, segments.industry) = segments.industry
            and coalesce(pace.region, segments.region) = segments.region
            and coalesce(pace.deal_stage, segments.deal_stage) = segments.deal_stage
        where
            pace.pace_grain = 'overall'
            or (
                pace.closed_deals >= {{ threshold("pace_min_closings") }}
                and pace.p75_days is not null
            )
    )

select
    candidates.evaluation_date,
    candidates.industry,
    candidates.region,
    candidates.deal_stage,
    candidates.closed_deals,
    median_cycles.median_cycle_days,
    candidates.basis_median_days as median_days,
    candidates.basis_p75_days as p75_days,
    candidates.basis_p90_days as p90_days,
    candidates.limit_basis,
    cast(
        {{ stall_limit("candidates.basis_p75_days", "median_cycles.median_cycle_days") }}
        as {{ type_double() }}
    ) as stall_limit_days,
    cast(candidates.basis_p90_days as {{ type_double() }}) as critical_stall_limit_days
from candidates
left join
    median_cycles
    on median_cycles.evaluation_date = candidates.evaluation_date
    and median_cycles.industry = candidates.industry
    and median_cycles.region = candidates.region
    and median_cycles.deal_stage = candidates.deal_stage
where candidates.preference = 1

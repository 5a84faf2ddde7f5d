with
    deals as (select * from {{ ref("int_deals_as_of") }}),

    paced as (
        select
            industry,
            region,
            deal_stage,
            count(*) filter (where is_closed) as closed_deals,
            -- Open deals have no cycle yet, and a percentile leaves NULLs out.
            cast(
                percentile_cont(0.5) within group (order by sales_cycle_days) as double
            ) as median_cycle_days
        from deals
        group by industry, region, deal_stage
    )

select *, median_cycle_days + {{ threshold("stall_margin_days") }} as stall_limit_days
from paced

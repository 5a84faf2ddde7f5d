{%- set segment = "evaluation_date, industry, region, deal_stage" -%}
with
    durations as (
        select *
        from {{ ref("int_durations") }}
        where pace_grain = 'industry_region_deal_stage' and closings > 0
    ),

    placed as (
        select
            *,
            sum(closings) over (partition by {{ segment }}) as closed_deals,
            sum(closings) over (partition by {{ segment }} order by duration_days) as last_place
        from durations
    )

-- Of an even number of deals the median lies between the two in the middle.
select
    {{ segment }},
    cast(
        min(duration_days) filter (where 2 * last_place >= closed_deals)
        + min(duration_days) filter (where 2 * last_place > closed_deals) as {{ type_double() }}
    )
    / 2 as median_cycle_days
from placed
group by {{ segment }}

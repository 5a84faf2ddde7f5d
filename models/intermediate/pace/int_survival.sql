{%- set segment = "evaluation_date, pace_grain, industry, region, deal_stage" -%}
with
    durations as (select * from {{ ref("int_durations") }}),

    at_risk as (
        select
            *,
            cast(
                sum(deals) over (partition by {{ segment }} order by duration_days desc) as bigint
            ) as deals_at_risk
        from durations
    ),

    -- The product of 1 - d / n, as a sum of logarithms; where all left close, it is 0.
    multiplied as (
        select
            *,
            sum(ln(nullif(1 - {{ ratio("closings", "deals_at_risk") }}, 0))) over (
                partition by {{ segment }} order by duration_days
            ) as log_survival
        from at_risk
    )

select
    evaluation_date,
    pace_grain,
    industry,
    region,
    deal_stage,
    duration_days,
    deals,
    closings,
    deals_at_risk,
    case when closings = deals_at_risk then 0 else exp(log_survival) end as survival
from multiplied

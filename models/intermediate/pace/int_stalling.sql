{%- set segment = ["industry", "region", "deal_stage"] -%}
with
    limits as (select * from {{ ref("int_stall_limits") }}),
    pipeline as (select * from {{ ref("int_pipeline_ages") }}),

    counted as (
        select
            evaluation_date,
            {{ segment | join(", ") }},
            count(*) as pipeline_deals,
            {{ total_amount("deal_amount") }} as pipeline_amount,
            count(*) filter (where is_stalled) as stalled_deals,
            count(*) filter (
                where is_stalled and deal_amount is null
            ) as stalled_deals_without_amount,
            {{ total_amount("deal_amount", where="is_stalled") }} as stalled_amount
        from pipeline
        group by evaluation_date, {{ segment | join(", ") }}
    )

select
    limits.*,
    coalesce(counted.pipeline_deals, 0) as pipeline_deals,
    coalesce(counted.stalled_deals, 0) as stalled_deals,
    coalesce(counted.stalled_amount, 0) as stalled_amount,
    {{
        ratio(
            "counted.stalled_amount",
            "sum(counted.pipeline_amount) over (partition by limits.evaluation_date)",
        )
    }} as stalled_amount_share,
    coalesce(counted.stalled_deals_without_amount, 0) as stalled_deals_without_amount
from limits
left join
    counted
    on counted.evaluation_date = limits.evaluation_date
    and {{ same_segment("counted", "limits", segment) }}

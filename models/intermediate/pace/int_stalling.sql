{%- set segment = ["industry", "region", "deal_stage"] -%}
with
    limits as (select * from {{ ref("int_stall_limits") }}),
    pipeline as (select * from {{ ref("int_pipeline_ages") }}),

    counted as (
        select
            evaluation_date,
            {{ segment | join(", ") }},
            cast(sum(deals) as bigint) as pipeline_deals,
            {{ total_amount("amount") }} as pipeline_amount,
            cast(coalesce(sum(deals) filter (where is_stalled), 0) as bigint) as stalled_deals,
            cast(
                coalesce(sum(deals_without_amount) filter (where is_stalled), 0) as bigint
            ) as stalled_deals_without_amount,
            {{ total_amount("amount", where="is_stalled") }} as stalled_amount
        from pipeline
        group by evaluation_date, {{ segment | join(", ") }}
    )

select
    limits.*,
    coalesce(counted.pipeline_deals, 0) as pipeline_deals,
    coalesce(counted.stalled_deals, 0) as stalled_deals,
    cast(coalesce(counted.stalled_amount, 0) as decimal(18, 2)) as stalled_amount,
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

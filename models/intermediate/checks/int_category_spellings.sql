{%- set categories = ["industry", "region", "product_type", "lead_source", "deal_stage"] -%}
with
    checked as (select * from {{ ref("stg_deals_checked") }} where rejection_reason is null),
    as_of as (select * from {{ ref("as_of") }}),
    aliases as (select * from {{ ref("segment_aliases") }}),

    known_values as (select distinct dimension, value from aliases),

    -- All columns are counted in one look at the deals.
    counted as (
        select
            case
                {%- for category in categories %}
                    when grouping({{ category }}) = 0 then '{{ category }}'
                {%- endfor %}
            end as dimension,
            coalesce({{ categories | join(", ") }}) as value,
            coalesce(raw_{{ categories | join(", raw_") }}) as other_text,
            count(*) as deals
        from checked
        inner join as_of on checked.created_date <= as_of.as_of_date
        group by
            grouping sets (
                {%- for category in categories %}
                    ({{ category }}, raw_{{ category }}){{ "," if not loop.last }}
                {%- endfor %}
            )
        -- Without deals there is no spelling.
        having count(*) > 0
    ),

    spelled as (
        select dimension, {{ raw_text("other_text", "value") }} as raw_value, value, deals
        from counted
    )

select
    spelled.dimension,
    spelled.raw_value,
    spelled.value,
    spelled.deals,
    spelled.value = 'Unknown' as is_empty,
    spelled.value <> spelled.raw_value and spelled.value <> 'Unknown' as is_repaired,
    known_values.value is null and spelled.value <> 'Unknown' as is_unknown
from spelled
left join
    known_values
    on known_values.dimension = spelled.dimension
    and known_values.value = spelled.value

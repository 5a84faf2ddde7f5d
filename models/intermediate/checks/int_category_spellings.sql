{%- set categories = ["industry", "region", "product_type", "lead_source", "deal_stage"] -%}
with
    checked as (select * from {{ ref("stg_deals_checked") }} where rejection_reason is null),
    as_of as (select * from {{ ref("as_of") }}),
    aliases as (select * from {{ ref("segment_aliases") }}),

    known_values as (select distinct dimension, value from aliases),

    spelled as (
        {%- for category in categories %}
            select
                '{{ category }}' as dimension,
                {{ raw_text(category, category) }} as raw_value,
                {{ category }} as value,
                count(*) as deals
            from checked
            inner join as_of on checked.created_date <= as_of.as_of_date
            group by raw_{{ category }}, {{ category }}
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}
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

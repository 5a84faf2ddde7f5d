{#- The aliases are looked up while this is compiled: a join may give rows in another order. -#}
-- depends_on: {{ ref("segment_aliases") }}
with cleaned as (select * from {{ ref("stg_deals_cleaned") }})

select
    -- ids
    deal_id,
    coalesce(sales_rep_id, 'Unknown') as sales_rep_id,

    -- categories: the agreed spelling, else as it came
    coalesce({{ agreed_spelling("industry") }}, 'Unknown') as industry,
    coalesce({{ agreed_spelling("region") }}, 'Unknown') as region,
    coalesce({{ agreed_spelling("product_type") }}, 'Unknown') as product_type,
    coalesce({{ agreed_spelling("lead_source") }}, 'Unknown') as lead_source,
    coalesce({{ agreed_spelling("deal_stage") }}, 'Unknown') as deal_stage,
    coalesce({{ agreed_spelling("outcome") }}, 'Open') as outcome,

    -- numbers
    {{ parse_amount("deal_amount") }} as deal_amount,
    {{ try_cast("sales_cycle_days", "integer") }} as reported_cycle_days,

    -- dates
    {{ parse_date("created_date", var("date_format", none)) }} as created_date,
    {{ parse_date("closed_date", var("date_format", none)) }} as closed_date,

    -- whether there was anything to read, so that empty and unreadable stay apart
    deal_amount is not null as has_amount_text,
    created_date is not null as has_created_text,
    closed_date is not null as has_closed_text,

    -- text as it came
    {% for column in input_columns() %} raw_{{ column }}{{ "," if not loop.last }} {%- endfor %}
from cleaned

with
    cleaned as (select * from {{ ref("stg_deals_cleaned") }}),
    aliases as (select * from {{ ref("segment_aliases") }})

select
    -- ids
    cleaned.deal_id,
    coalesce(cleaned.sales_rep_id, 'Unknown') as sales_rep_id,

    -- categories: the agreed spelling, else as it came
    coalesce(industries.value, cleaned.industry, 'Unknown') as industry,
    coalesce(regions.value, cleaned.region, 'Unknown') as region,
    coalesce(product_types.value, cleaned.product_type, 'Unknown') as product_type,
    coalesce(lead_sources.value, cleaned.lead_source, 'Unknown') as lead_source,
    coalesce(deal_stages.value, cleaned.deal_stage, 'Unknown') as deal_stage,
    coalesce(outcomes.value, cleaned.outcome, 'Open') as outcome,

    -- numbers
    {{ parse_amount("cleaned.deal_amount") }} as deal_amount,
    {{ try_cast("cleaned.sales_cycle_days", "integer") }} as reported_cycle_days,

    -- dates
    {{ parse_date("cleaned.created_date", var("date_format", none)) }} as created_date,
    {{ parse_date("cleaned.closed_date", var("date_format", none)) }} as closed_date,

    -- whether there was anything to read, so that empty and unreadable stay apart
    cleaned.deal_amount is not null as has_amount_text,
    cleaned.created_date is not null as has_created_text,
    cleaned.closed_date is not null as has_closed_text,

    -- as they came
    {%- for column in input_columns() %}
        cleaned.raw_{{ column }}{{ "," if not loop.last }}
    {%- endfor %}
from cleaned
left join
    aliases as industries
    on industries.dimension = 'industry'
    and industries.alias = lower(cleaned.industry)
left join
    aliases as regions on regions.dimension = 'region' and regions.alias = lower(cleaned.region)
left join
    aliases as product_types
    on product_types.dimension = 'product_type'
    and product_types.alias = lower(cleaned.product_type)
left join
    aliases as lead_sources
    on lead_sources.dimension = 'lead_source'
    and lead_sources.alias = lower(cleaned.lead_source)
left join
    aliases as deal_stages
    on deal_stages.dimension = 'deal_stage'
    and deal_stages.alias = lower(cleaned.deal_stage)
left join
    aliases as outcomes
    on outcomes.dimension = 'outcome'
    and outcomes.alias = lower(cleaned.outcome)

with deals as (select * from {{ ref("int_deals_as_of") }})

select
    -- ids
    deal_id,
    sales_rep_id,

    -- text
    industry,
    region,
    product_type,
    lead_source,
    deal_stage,
    deal_size_band,
    outcome,
    status,

    -- numbers
    deal_amount,
    sales_cycle_days,
    age_days,

    -- booleans
    is_open,
    is_closed,
    is_won,
    is_pipeline,
    is_late_stage,
    is_high_intent_source,

    -- dates
    created_date,
    closed_date,
    as_of_date
from deals

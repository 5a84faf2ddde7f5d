with raw as (select * from {{ ref("stg_deals_raw") }})

select
    source_row_number,
    {{ clean_text("deal_id") }} as deal_id,
    {{ clean_text("created_date") }} as created_date,
    {{ clean_text("closed_date") }} as closed_date,
    {{ clean_text("sales_rep_id") }} as sales_rep_id,
    {{ clean_text("industry") }} as industry,
    {{ clean_text("region") }} as region,
    {{ clean_text("product_type") }} as product_type,
    {{ clean_text("lead_source") }} as lead_source,
    {{ clean_text("deal_stage") }} as deal_stage,
    {{ clean_text("deal_amount") }} as deal_amount,
    {{ clean_text("sales_cycle_days") }} as sales_cycle_days,
    {{ clean_text("outcome") }} as outcome
from raw

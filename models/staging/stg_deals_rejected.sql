with
    raw as (select * from {{ ref("stg_deals_raw") }}),
    checked as (select * from {{ ref("stg_deals_checked") }})

select
    checked.source_row_number,
    raw.deal_id,
    checked.rejection_reason,
    checked.created_date as read_created_date,
    raw.created_date,
    raw.closed_date,
    raw.sales_rep_id,
    raw.industry,
    raw.region,
    raw.product_type,
    raw.lead_source,
    raw.deal_stage,
    raw.deal_amount,
    raw.sales_cycle_days,
    raw.outcome
from checked
inner join raw on raw.source_row_number = checked.source_row_number
where checked.rejection_reason is not null

with
    checked as (select * from {{ ref("stg_deals_checked") }}),

    -- In a CRM the closed date of an open deal is a hope, not a fact: it is not carried on.
    accepted as (
        select
            *,
            case when outcome in ('Won', 'Lost') then closed_date end as actual_closed_date,
            outcome = 'Open' and closed_date is not null as has_expected_close_date
        from checked
        where rejection_reason is null
    )

select
    source_row_number,

    -- ids
    deal_id,
    sales_rep_id,

    -- text
    industry,
    region,
    product_type,
    lead_source,
    deal_stage,
    outcome,

    -- numbers
    deal_amount,
    {{ days_between("created_date", "actual_closed_date") }} as sales_cycle_days,
    reported_cycle_days,

    -- booleans
    has_expected_close_date,

    -- dates
    created_date,
    actual_closed_date as closed_date
from accepted

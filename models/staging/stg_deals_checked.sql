with
    typed as (select * from {{ ref("stg_deals_typed") }}),

    faults_found as (
        select
            *,
            nullif(
                concat_ws(
                    '; ',
                    case when deal_id is null then 'missing_deal_id' end,
                    case when not has_created_text then 'missing_created_date' end,
                    case
                        when has_created_text and created_date is null
                        then 'unreadable_created_date'
                    end,
                    case
                        when has_closed_text and closed_date is null then 'unreadable_closed_date'
                    end,
                    case when has_amount_text and deal_amount is null then 'unreadable_amount' end,
                    case when deal_amount < 0 then 'negative_amount' end,
                    case
                        when outcome in ('Won', 'Lost') and closed_date < created_date
                        then 'closed_before_created'
                    end,
                    case when outcome not in ('Won', 'Lost', 'Open') then 'unknown_outcome' end,
                    case
                        when outcome in ('Won', 'Lost') and not has_closed_text
                        then 'closed_without_closed_date'
                    end
                ),
                ''
            ) as faults,
            {{ deal_fingerprint() }} as fingerprint
        from typed
    ),

    -- Of the readable rows of one deal the last is kept: exports append corrections.
    compared as (
        select
            faults_found.*,
            row_number() over deal_rows as recency,
            first_value(fingerprint) over deal_rows as kept_fingerprint
        from faults_found
        window deal_rows as (partition by deal_id, faults is null order by source_row_number desc)
    )

select
    source_row_number,
    deal_id,
    sales_rep_id,
    industry,
    region,
    product_type,
    lead_source,
    deal_stage,
    outcome,
    deal_amount,
    reported_cycle_days,
    created_date,
    closed_date,
    case
        when faults is not null
        then faults
        when recency > 1 and fingerprint = kept_fingerprint
        then 'duplicate'
        when recency > 1
        then 'superseded'
    end as rejection_reason
from compared

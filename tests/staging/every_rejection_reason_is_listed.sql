-- A reason that seeds/rejection_reasons.csv does not explain would be counted nowhere.
with
    listed as (
        select checked.source_row_number, sum(length(reasons.rejection_reason) + 2) as listed_length
        from {{ ref("stg_deals_checked") }} as checked
        inner join
            {{ ref("rejection_reasons") }} as reasons
            on '; ' || checked.rejection_reason || '; '
            like '%; ' || reasons.rejection_reason || '; %'
        group by checked.source_row_number
    )

select checked.source_row_number, checked.deal_id, checked.rejection_reason
from {{ ref("stg_deals_checked") }} as checked
left join listed on listed.source_row_number = checked.source_row_number
where length(checked.rejection_reason) + 2 <> coalesce(listed.listed_length, 0)

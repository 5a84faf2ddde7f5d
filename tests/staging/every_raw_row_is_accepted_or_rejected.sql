-- Nothing is lost: each row of the input is in exactly one of the two tables.
with
    placed as (
        select source_row_number, 'accepted' as place
        from {{ ref("stg_deals") }}
        union all
        select source_row_number, 'rejected' as place
        from {{ ref("stg_deals_rejected") }}
    )

select raw.source_row_number, raw.deal_id, count(placed.place) as places
from {{ ref("stg_deals_raw") }} as raw
full outer join placed on placed.source_row_number = raw.source_row_number
group by raw.source_row_number, raw.deal_id
having count(placed.place) <> 1 or raw.source_row_number is null

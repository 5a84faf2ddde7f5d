-- Nothing is lost: each row of the input is in exactly one of the two tables.
with
    placed as (
        select source_row_number
        from {{ ref("stg_deals") }}
        union all
        select source_row_number
        from {{ ref("stg_deals_rejected") }}
    ),

    counted as (select count(*) as rows, count(distinct source_row_number) as places from placed),

    input as (select count(*) as rows from {{ ref("stg_deals_raw") }})

select input.rows as input_rows, counted.rows as placed_rows, counted.places
from input
cross join counted
where counted.rows <> input.rows or counted.places <> input.rows

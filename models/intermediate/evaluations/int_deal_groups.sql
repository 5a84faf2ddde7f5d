{%- set cell = ["industry", "region", "lead_source", "deal_stage"] -%}
with
    deals as (select * from {{ ref("int_deals_as_of") }}),

    -- Books are looked at on evaluation dates alone: deals of one cell that came and went between
    -- the same two dates are alike in each.
    known as (
        select
            {{ cell | join(", ") }},
            is_won,
            {{ evaluated_from("created_date") }} as created_by,
            {{ evaluated_from("closed_date") }} as closed_by
        from deals
    ),

    counted as (
        select *, count(*) as deals
        from known
        group by {{ cell | join(", ") }}, is_won, created_by, closed_by
    )

select
    row_number() over (order by {{ cell | join(", ") }}, is_won, created_by, closed_by) as group_id,
    *
from counted

{%- set decision = as_of_decision() -%}
with
    deals as (select * from {{ ref("stg_deals") }}),

    bounds as (
        select
            coalesce(bool_or(outcome = 'Open'), false) as has_open_deals,
            max(created_date) as last_created_date,
            max(closed_date) as last_closed_date
        from deals
    ),

    decided as (
        select {{ decision.date }} as as_of_date, {{ decision.decided_by }} as decided_by
        from bounds
    )

select
    decided.as_of_date,
    decided.decided_by,
    min(deals.created_date) as history_starts_on,
    {{ input_name() }} as read_from
from decided
left join deals on deals.created_date <= decided.as_of_date
group by decided.as_of_date, decided.decided_by

-- A view, not a CTE where it is counted: a CTE of all deals that is read twice would be held in
-- memory.
select
    'closed' as clock,
    closed_date as outcome_date,
    {{ dimensions() | join(",\n    ") }},
    deal_amount,
    is_won as is_win
from {{ ref("int_deals_as_of") }}
where is_closed
union all
select
    'created' as clock,
    created_date as outcome_date,
    {{ dimensions() | join(",\n    ") }},
    deal_amount,
    is_won and sales_cycle_days <= {{ threshold("cohort_age_days") }} as is_win
from {{ ref("int_deals_as_of") }}

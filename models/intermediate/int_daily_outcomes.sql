with
    deals as (select * from {{ ref("int_deals_as_of") }}),

    -- Two clocks over the same deals: won of those closed that day, and won within a fixed age of
    -- those created that day.
    outcomes as (
        select *, 'closed' as clock, closed_date as outcome_date, is_won as is_win
        from deals
        where is_closed
        union all
        select
            *,
            'created' as clock,
            created_date as outcome_date,
            is_won and sales_cycle_days <= {{ threshold("cohort_age_days") }} as is_win
        from deals
    )

select
    clock,
    outcome_date,
    {{ segment_grain() }} as grain,
    {{ dimensions() | join(",\n    ") }},
    {{ outcome_sums() }}
from outcomes
group by clock, outcome_date, grouping sets ({{- segment_grouping_sets() }})

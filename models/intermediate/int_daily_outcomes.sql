with
    -- Two clocks over the same deals: won of those closed that day, and won within a fixed age of
    -- those created that day. They are read twice, for a CTE of all deals would be held in memory.
    outcomes as (
        select *, 'closed' as clock, closed_date as outcome_date, is_won as is_win
        from {{ ref("int_deals_as_of") }}
        where is_closed
        union all
        select
            *,
            'created' as clock,
            created_date as outcome_date,
            is_won and sales_cycle_days <= {{ threshold("cohort_age_days") }} as is_win
        from {{ ref("int_deals_as_of") }}
    ),

    -- Twelve grains are counted from two sets of small cells, not each from all deals.
    cells as (
        select
            clock,
            outcome_date,
            {{ dimension_set() }} as dimension_set,
            {{ dimensions() | join(",\n            ") }},
            {{ outcome_sums() }}
        from outcomes
        group by
            clock,
            outcome_date,
            grouping sets (
                {%- for dimensions in dimension_sets() %}
                    ({{ dimensions | join(", ") }}){{ "," if not loop.last }}
                {%- endfor %}
            )
    )

{% for dimensions in dimension_sets() -%}
    select
        clock,
        outcome_date,
        {{ segment_grain(dimensions) }} as grain,
        {{ dimensions_or_null(dimensions) }},
        {{ sums_of_outcome_sums() }}
    from cells
    where dimension_set = {{ loop.index }}
    group by clock, outcome_date, grouping sets ({{- segment_grouping_sets(dimensions) }})
    {%- if not loop.last %}
        union all
    {%- endif %}
{% endfor %}

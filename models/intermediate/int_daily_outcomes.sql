{{ config(materialized=long_table()) }}
{%- set day = ["clock", "outcome_date"] + (["day_hash"] if grows() else []) %}
with
    outcomes as (
        select outcomes.* {%- if grows() %}, days.day_hash {%- endif %}
        from {{ ref("int_outcomes") }} as outcomes
        {%- if grows() %}
            inner join
                {{ ref("int_outcome_days") }} as days
                on days.clock = outcomes.clock
                and days.outcome_date = outcomes.outcome_date
        {%- endif %}
        {%- if is_kept("day_hash") %}
            left join
                {{ this }} as kept
                on kept.clock = days.clock
                and kept.outcome_date = days.outcome_date
                and kept.day_hash = days.day_hash
                and kept.grain = 'overall'
            where kept.clock is null
        {%- endif %}
    ),

    -- Twelve grains are counted from two sets of small cells, not each from all deals.
    cells as (
        select
            {{ day | join(", ") }},
            {{ dimension_set() }} as dimension_set,
            {{ dimensions() | join(",\n            ") }},
            {{ outcome_sums() }}
        from outcomes
        group by
            {{ day | join(", ") }},
            grouping sets (
                {%- for dimensions in dimension_sets() %}
                    ({{ dimensions | join(", ") }}){{ "," if not loop.last }}
                {%- endfor %}
            )
    )

{% for dimensions in dimension_sets() -%}
    select
        {{ day | join(", ") }},
        {{ segment_grain(dimensions) }} as grain,
        {{ dimensions_or_null(dimensions) }},
        {{ sums_of_outcome_sums() }}
    from cells
    where dimension_set = {{ loop.index }}
    group by {{ day | join(", ") }}, grouping sets ({{- segment_grouping_sets(dimensions) }})
    {%- if not loop.last %}
        union all
    {%- endif %}
{% endfor %}

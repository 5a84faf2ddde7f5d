{%- set segment = "grain, " ~ dimensions() | join(", ") -%}
with
    outcomes as (
        select *
        from {{ ref("int_period_outcomes") }}
        where
            period_type = '{{ change_period() }}'
            and grain <> 'industry_region_lead_source_deal_stage'
    ),
    periods as (select * from {{ ref("int_compared_periods") }}),

    -- By count each deal weighs the same, by value as much as its amount.
    weighed as (
        select *, 'count' as weight, deals as volume, won_deals as won_volume
        from outcomes
        union all
        select *, 'value' as weight, amount as volume, won_amount as won_volume
        from outcomes
    ),

    dated as (
        select
            weighed.*,
            periods.before_starts_on,
            periods.after_starts_on,
            weighed.period_start = periods.before_starts_on as is_before,
            weighed.period_start = periods.after_starts_on as is_after
        from weighed
        inner join
            periods
            on periods.clock = weighed.clock
            and weighed.period_start in (periods.before_starts_on, periods.after_starts_on)
    )

select
    clock,
    weight,
    before_starts_on,
    after_starts_on,
    {{ segment }},
    {%- for period in ["before", "after"] %}
        {%- for figure in ["deals", "won_deals"] %}
            cast(
                coalesce(sum({{ figure }}) filter (where is_{{ period }}), 0) as bigint
            ) as {{ figure }}_{{ period }},
        {%- endfor %}
        {%- for figure in ["volume", "won_volume"] %}
            cast(
                coalesce(sum({{ figure }}) filter (where is_{{ period }}), 0) as {{ type_double() }}
            ) as {{ figure }}_{{ period }}{{ "," if not (loop.last and period == "after") }}
        {%- endfor %}
    {%- endfor %}
from dated
group by clock, weight, before_starts_on, after_starts_on, {{ segment }}

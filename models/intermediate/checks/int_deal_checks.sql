{#- Name, kind, the deals it finds, the deals it looks at. -#}
{%- set checks = [
    ("missing_amount", "missing", "deal_amount is null", "true"),
    ("cycle_days_disagree", "suspicious", "has_cycle_disagreement", "has_both_cycles"),
    ("won_at_early_stage", "suspicious", "is_won and is_early_stage", "is_won"),
    ("lost_at_closed", "suspicious", "is_lost and deal_stage = 'Closed'", "is_lost"),
] -%}
with
    deals as (select * from {{ ref("int_deals_as_of") }}),
    as_of as (select * from {{ ref("as_of") }}),
    stages as (select * from {{ ref("deal_stages") }}),

    -- A stage that the seed does not know is neither early nor late.
    flagged as (
        select
            deals.*,
            deals.is_closed and not deals.is_won as is_lost,
            not stages.is_late_stage as is_early_stage,
            deals.sales_cycle_days <> deals.reported_cycle_days as has_cycle_disagreement,
            deals.reported_cycle_days is not null as has_both_cycles
        from deals
        left join stages on stages.deal_stage = deals.deal_stage
    ),

    -- One look at the deals for all checks.
    counted as (
        select
            {%- for name, _, found, looked_at in checks %}
                count(*) filter (where {{ found }}) as {{ name }},
                count(*) filter (where {{ looked_at }}) as {{ name }}_out_of,
            {%- endfor %}
            greatest(max(created_date), max(closed_date)) as last_activity_date
        from flagged
    )

{% for name, category, _, _ in checks %}
    select
        '{{ name }}' as check_name,
        '{{ category }}' as category,
        {{ name }} as rows,
        {{ name }}_out_of as out_of,
        cast(null as bigint) as days
    from counted
    union all
{% endfor %}
select
    'days_since_last_activity',
    'freshness',
    null,
    null,
    {{ days_between("counted.last_activity_date", "as_of.as_of_date") }}
from as_of
cross join counted

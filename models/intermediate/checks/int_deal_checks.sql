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
    )

{% for name, category, found, looked_at in checks %}
    select
        '{{ name }}' as check_name,
        '{{ category }}' as category,
        count(*) filter (where {{ found }}) as rows,
        count(*) filter (where {{ looked_at }}) as out_of,
        cast(null as bigint) as days
    from flagged
    union all
{% endfor %}
select
    'days_since_last_activity',
    'freshness',
    null,
    null,
    {{
        days_between(
            "greatest(max(flagged.created_date), max(flagged.closed_date))",
            "max(as_of.as_of_date)",
        )
    }}
from as_of
left join flagged on true

{%- set dimensions = ["industry", "region", "lead_source"] -%}
with fired as (select * from {{ ref("rule_emerging_driver") }} where is_as_of and is_fired)

select
    alert_key,
    rule,
    severity,
    grain,
    industry,
    region,
    lead_source,
    deal_stage,
    'win_rate' as metric_name,
    {{ segment_label(dimensions) }}
    || ' wins '
    || {{ as_percent("win_rate") }}
    || ' of '
    || {{ as_count("closed_deals", "closed deal") }}
    || ', '
    || {{ as_points("lift") }}
    || ' above the baseline of '
    || {{ as_percent("comparison_value") }}
    || '; '
    || {{ as_money("amount_at_stake") }}
    || ' of pipeline sits there.' as reason,
    'The 95 % range of its win rate is '
    || {{ as_percent("win_rate_low") }}
    || ' to '
    || {{ as_percent("win_rate_high") }}
    || '; '
    || {{ as_evidence("verdict", "q_value", "tests", "segment") }}
    || '.' as evidence,
    cast(null as {{ dbt.type_string() }}) as goes_with,
    {{
        advice(
            "verdict",
            act="Protect the open deals there, and ask for more of the kind; start small.",
            look="Watch it for a quarter before moving anyone there.",
        )
    }} as action,
    'win_rate_drivers, deal_risk' as look_at,
    metric_value,
    comparison_value,
    cast({{ threshold("emerging_driver_min_lift") }} as {{ type_double() }}) as threshold_value,
    deals,
    amount_at_stake,
    deals_without_amount,
    p_value,
    q_value,
    tests,
    verdict,
    cast(null as {{ dbt.type_string() }}) as explained_by,
    evaluation_date as as_of_date
from fired

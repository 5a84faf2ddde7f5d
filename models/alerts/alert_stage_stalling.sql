{%- set dimensions = ["industry", "region", "deal_stage"] -%}
with fired as (select * from {{ ref("rule_stage_stalling") }} where is_as_of and is_fired)

select
    alert_key,
    rule,
    severity,
    grain,
    industry,
    region,
    lead_source,
    deal_stage,
    'stalled_deals' as metric_name,
    {{ as_count("deals") }}
    || ' of '
    || {{ as_count("pipeline_deals", "deal") }}
    || ' in '
    || {{ segment_label(dimensions) }}
    || ' are older than '
    || {{ as_days("stall_limit_days") }}
    || {{ stall_limit_in_words("median_cycle_days", "limit_basis") }}
    || '; '
    || {{ as_money("amount_at_stake") }}
    || ' is waiting.' as reason,
    case
        when other_pipeline_deals = 0
        then 'No other deals are in ' || {{ shortened("deal_stage") }}
        else
            'Of the other deals in '
            || {{ shortened("deal_stage") }}
            || ', '
            || {{ as_count("other_stalled_deals") }}
            || ' of '
            || {{ as_count("other_pipeline_deals") }}
            || ' are older than their limits'
    end
    || '; '
    || {{ as_evidence("verdict", "q_value", "tests", "segment") }}
    || '.' as evidence,
    cast(null as {{ dbt.type_string() }}) as goes_with,
    {{
        advice(
            "verdict",
            act="Decide on each of these deals with its owner: a next step with a date, or closed as lost.",
            look="Look at the oldest of these deals with their owners.",
        )
    }}
    as action,
    'deal_risk, stage_pace' as look_at,
    metric_value,
    comparison_value,
    cast({{ threshold("stalled_deals") }} as {{ type_double() }}) as threshold_value,
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

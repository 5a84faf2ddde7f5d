{%- set dimensions = ["industry", "region", "lead_source"] -%}
with
    fired as (select * from {{ ref("rule_win_rate_drop") }} where is_as_of and is_fired),
    explanations as (select * from {{ ref("win_rate_drop_explanations") }}),

    described as (
        select fired.*, explanations.explained_by, explanations.explanation
        from fired
        left join explanations on explanations.alert_key = fired.alert_key
    )

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
    'Win rate in '
    || {{ segment_label(dimensions) }}
    || ' fell to '
    || {{ as_percent("recent_win_rate") }}
    || ' ('
    || {{ as_count("recent_deals", "deal") }}
    || ' closed in the last {{ threshold("recent_window_days") }} days) from '
    || {{ as_percent("history_win_rate") }}
    || ' ('
    || {{ as_count("history_deals") }}
    || ' in the {{ threshold("history_window_days") }} days before)'
    || '; '
    || {{ as_money("amount_at_stake") }}
    || ' of pipeline sits there.' as reason,
    'A fall of '
    || {{ as_points("win_rate_drop") }}
    || ', 95 % range '
    || {{ as_points_range("win_rate_drop_low", "win_rate_drop_high") }}
    || '; '
    || {{ as_evidence("verdict", "q_value", "tests", "segment") }}
    || '.' as evidence,
    explanation || '.' as goes_with,
    {{
        advice(
            "verdict",
            act="Read the deals lost there lately with their owners, then go through its largest open deals.",
            look="Look at the deals lost there lately before acting: it may be luck.",
        )
    }}
    as action,
    'win_rate_trend, deal_risk' as look_at,
    metric_value,
    comparison_value,
    cast({{ threshold("win_rate_drop") }} as {{ type_double() }}) as threshold_value,
    deals,
    amount_at_stake,
    deals_without_amount,
    p_value,
    q_value,
    tests,
    verdict,
    explained_by,
    evaluation_date as as_of_date
from described

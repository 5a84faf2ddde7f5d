{%- set dimensions = ["industry", "region", "lead_source"] -%}
with
    windows as (select * from {{ ref("int_win_rate_windows") }}),
    pipeline as (select * from {{ ref("int_segment_pipeline") }}),

    judged as (
        select
            windows.*,
            {{ verdict("windows.p_value", "windows.q_value") }} as verdict,
            windows.is_evaluated
            and coalesce(
                {{ at_least("windows.win_rate_drop", threshold("win_rate_drop")) }}, false
            ) as is_breached,
            {{ pipeline_at_stake("pipeline") }}
        from windows
        left join
            pipeline
            on pipeline.evaluation_date = windows.evaluation_date
            and pipeline.grain = windows.grain
            and {{ same_segment("pipeline", "windows", dimensions) }}
    )

select
    evaluation_date,
    shuffle,
    is_as_of,
    'win_rate_drop' as rule,
    {{ alert_key("win_rate_drop") }} as alert_key,
    {{
        alert_severity(
            "verdict",
            at_least("win_rate_drop", threshold("win_rate_drop_critical")),
            "amount_share",
        )
    }} as severity,
    grain,
    industry,
    region,
    lead_source,
    deal_stage,
    recent_deals,
    recent_won_deals,
    recent_win_rate,
    history_deals,
    history_won_deals,
    history_win_rate,
    win_rate_drop,
    win_rate_drop_low,
    win_rate_drop_high,
    recent_win_rate as metric_value,
    history_win_rate as comparison_value,
    recent_deals as deals,
    amount_at_stake,
    pipeline_deals_without_amount as deals_without_amount,
    p_value,
    q_value,
    tests,
    verdict,
    detectable_effect,
    is_truncated,
    is_evaluated,
    is_breached,
    is_breached as is_fired
from judged

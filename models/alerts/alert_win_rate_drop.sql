{%- set dimensions = ["industry", "region", "lead_source"] -%}
with
    fired as (select * from {{ ref("rule_win_rate_drop") }} where is_fired),
    pipeline as (select * from {{ ref("pipeline_by_segment") }}),
    as_of as (select * from {{ ref("as_of") }}),

    described as (
        select
            fired.*,
            cast(null as {{ dbt.type_string() }}) as deal_stage,
            coalesce(pipeline.pipeline_amount, 0) as amount_at_stake,
            coalesce(pipeline.deals_without_amount, 0) as deals_without_amount,
            as_of.as_of_date
        from fired
        cross join as_of
        left join
            pipeline
            on pipeline.grain = fired.grain
            and {{ same_segment("pipeline", "fired", dimensions) }}
    )

select
    {{ alert_key("win_rate_drop") }} as alert_key,
    'win_rate_drop' as rule,
    {{ alert_severity("win_rate_drop", threshold("win_rate_drop_critical")) }} as severity,
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
    || ' in the {{ threshold("history_window_days") }} days before); '
    || {{ as_money("amount_at_stake") }}
    || ' of pipeline sits there.' as reason,
    recent_win_rate as metric_value,
    history_win_rate as comparison_value,
    cast({{ threshold("win_rate_drop") }} as double) as threshold_value,
    recent_deals as deals,
    amount_at_stake,
    deals_without_amount,
    as_of_date
from described

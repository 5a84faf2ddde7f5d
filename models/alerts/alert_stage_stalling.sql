{%- set dimensions = ["industry", "region", "deal_stage"] -%}
with
    fired as (select * from {{ ref("rule_stage_stalling") }} where is_fired),
    as_of as (select * from {{ ref("as_of") }}),

    described as (
        select fired.*, cast(null as {{ dbt.type_string() }}) as lead_source, as_of.as_of_date
        from fired
        cross join as_of
    )

select
    {{ alert_key("stage_stalling") }} as alert_key,
    'stage_stalling' as rule,
    {{ alert_severity("stalled_deals", threshold("stalled_deals_critical")) }} as severity,
    'industry_region_deal_stage' as grain,
    industry,
    region,
    lead_source,
    deal_stage,
    'stalled_deals' as metric_name,
    {{ as_count("stalled_deals") }}
    || ' of '
    || {{ as_count("pipeline_deals", "deal") }}
    || ' in '
    || {{ segment_label(dimensions) }}
    || ' are older than '
    || {{ as_days("stall_limit_days") }}
    || ' (median cycle '
    || {{ as_days("median_cycle_days") }}
    || ' plus {{ threshold("stall_margin_days") }}); '
    || {{ as_money("stalled_amount") }}
    || ' is waiting.' as reason,
    cast(stalled_deals as double) as metric_value,
    cast(pipeline_deals as double) as comparison_value,
    cast({{ threshold("stalled_deals") }} as double) as threshold_value,
    stalled_deals as deals,
    stalled_amount as amount_at_stake,
    stalled_deals_without_amount as deals_without_amount,
    as_of_date
from described

{%- set dimensions = ["industry", "region", "lead_source"] -%}
with
    fired as (select * from {{ ref("rule_emerging_driver") }} where is_fired),
    baseline as (select * from {{ ref("win_rate_baseline") }}),
    pipeline as (select * from {{ ref("pipeline_by_segment") }}),

    described as (
        select
            fired.*,
            'industry_region_lead_source' as grain,
            cast(null as {{ dbt.type_string() }}) as deal_stage,
            baseline.win_rate as baseline_win_rate,
            coalesce(pipeline.pipeline_amount, 0) as amount_at_stake,
            coalesce(pipeline.deals_without_amount, 0) as deals_without_amount,
            baseline.as_of_date
        from fired
        cross join baseline
        left join
            pipeline
            on pipeline.grain = 'industry_region_lead_source'
            and {{ same_segment("pipeline", "fired", dimensions) }}
    )

select
    {{ alert_key("emerging_driver") }} as alert_key,
    'emerging_driver' as rule,
    'info' as severity,
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
    || {{ as_percent("baseline_win_rate") }}
    || '; '
    || {{ as_money("amount_at_stake") }}
    || ' of pipeline sits there.' as reason,
    win_rate as metric_value,
    baseline_win_rate as comparison_value,
    cast({{ threshold("emerging_driver_min_lift") }} as double) as threshold_value,
    closed_deals as deals,
    amount_at_stake,
    deals_without_amount,
    as_of_date
from described

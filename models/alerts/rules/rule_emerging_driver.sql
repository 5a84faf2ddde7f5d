{%- set dimensions = ["industry", "region", "lead_source"] -%}
{%- set error = difference_error("won_deals", "closed_deals", "rest_won_deals", "rest_deals") -%}
with
    drivers as (select * from {{ ref("int_drivers") }}),
    pipeline as (select * from {{ ref("int_segment_pipeline") }}),

    judged as (
        select
            drivers.*,
            drivers.closed_deals >= {{ threshold("emerging_driver_min_deals") }} as is_evaluated,
            {{ pipeline_at_stake("pipeline") }}
        from drivers
        left join
            pipeline
            on pipeline.evaluation_date = drivers.evaluation_date
            and pipeline.grain = 'industry_region_lead_source'
            and {{ same_segment("pipeline", "drivers", dimensions) }}
    ),

    breached as (
        select
            *,
            is_evaluated
            and {{ at_least("lift", threshold("emerging_driver_min_lift")) }} as is_breached
        from judged
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by evaluation_date, shuffle, is_breached
                order by {{ emerging_driver_order() }}
            ) as rank_among_equals
        from breached
    )

select
    evaluation_date,
    shuffle,
    is_as_of,
    'emerging_driver' as rule,
    {{ alert_key("emerging_driver") }} as alert_key,
    -- Good news can wait: it is never critical.
    {{ alert_severity("verdict", none, "amount_share") }} as severity,
    grain,
    industry,
    region,
    lead_source,
    deal_stage,
    closed_deals,
    won_deals,
    win_rate,
    win_rate_low,
    win_rate_high,
    avg_deal_amount,
    lift,
    driver_score,
    driver_rank,
    win_rate as metric_value,
    baseline_win_rate as comparison_value,
    closed_deals as deals,
    amount_at_stake,
    pipeline_deals_without_amount as deals_without_amount,
    p_value,
    q_value,
    count(p_value) over (partition by evaluation_date, shuffle) as tests,
    verdict,
    case
        when is_evaluated
        then {{ detectable_difference(error, z_95(), threshold("emerging_driver_min_lift")) }}
    end as detectable_effect,
    false as is_truncated,
    is_evaluated,
    is_breached,
    is_breached and rank_among_equals <= {{ threshold("emerging_driver_max_alerts") }} as is_fired
from ranked

with
    pace as (select * from {{ ref("int_stalling_tests") }}),
    evaluations as (select * from {{ ref("int_evaluations") }}),

    judged as (
        select
            pace.*,
            0 as shuffle,
            evaluations.is_as_of,
            cast(null as {{ dbt.type_string() }}) as lead_source,
            {{ verdict("pace.p_value", "pace.q_value") }} as verdict,
            pace.stall_limit_days is not null as is_evaluated,
            pace.stall_limit_days is not null
            and pace.stalled_deals >= {{ threshold("stalled_deals") }} as is_breached
        from pace
        inner join evaluations on evaluations.evaluation_date = pace.evaluation_date
    )

select
    evaluation_date,
    shuffle,
    is_as_of,
    'stage_stalling' as rule,
    {{ alert_key("stage_stalling") }} as alert_key,
    {{
        alert_severity(
            "verdict",
            "stalled_deals >= " ~ threshold("stalled_deals_critical"),
            "stalled_amount_share",
        )
    }} as severity,
    'industry_region_deal_stage' as grain,
    industry,
    region,
    lead_source,
    deal_stage,
    closed_deals,
    expected_closings,
    median_cycle_days,
    p75_days,
    stall_limit_days,
    limit_basis,
    pipeline_deals,
    cast(stalled_deals as double) as metric_value,
    cast(pipeline_deals as double) as comparison_value,
    stalled_deals as deals,
    stalled_amount as amount_at_stake,
    stalled_deals_without_amount as deals_without_amount,
    p_value,
    q_value,
    tests,
    verdict,
    {{
        detectable_effect(
            "(" ~ z_95_one_sided() ~ " + " ~ z_80() ~ ") * sqrt(expected_closings)",
            threshold("stalled_deals"),
        )
    }} as detectable_effect,
    false as is_truncated,
    is_evaluated,
    is_breached,
    is_breached as is_fired
from judged

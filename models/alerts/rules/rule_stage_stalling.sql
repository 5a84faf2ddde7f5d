with
    pace as (select * from {{ ref("int_stalling_tests") }}),
    evaluations as (select * from {{ ref("int_evaluations") }}),
    coverage as (select * from {{ ref("int_extract_coverage") }}),

    judged as (
        select
            pace.*,
            0 as shuffle,
            evaluations.is_as_of,
            cast(null as {{ dbt.type_string() }}) as lead_source,
            {{ verdict("pace.p_value", "pace.q_value") }} as verdict,
            coverage.is_truncated,
            pace.stall_limit_days is not null
            and pace.pipeline_deals >= {{ threshold("stalled_deals") }}
            and not coverage.is_truncated as is_evaluated
        from pace
        inner join evaluations on evaluations.evaluation_date = pace.evaluation_date
        inner join coverage on coverage.evaluation_date = pace.evaluation_date
    ),

    breached as (
        select *, is_evaluated and stalled_deals >= {{ threshold("stalled_deals") }} as is_breached
        from judged
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
    median_cycle_days,
    p75_days,
    stall_limit_days,
    limit_basis,
    pipeline_deals,
    other_stalled_deals,
    other_pipeline_deals,
    cast(stalled_deals as {{ type_double() }}) as metric_value,
    cast(pipeline_deals as {{ type_double() }}) as comparison_value,
    stalled_deals as deals,
    stalled_amount as amount_at_stake,
    stalled_deals_without_amount as deals_without_amount,
    p_value,
    q_value,
    tests,
    verdict,
    case
        when is_evaluated
        then {{ detectable_count("expected_stalled_deals", threshold("stalled_deals")) }}
    end as detectable_effect,
    is_truncated,
    is_evaluated,
    is_breached,
    is_breached as is_fired
from breached

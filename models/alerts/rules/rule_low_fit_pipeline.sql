with
    pipeline as (select * from {{ ref("int_low_fit") }}),
    skill as (select * from {{ ref("int_score_skill") }}),
    evaluations as (select * from {{ ref("int_evaluations") }} where is_replayed),
    coverage as (select * from {{ ref("int_extract_coverage") }}),

    judged as (
        select
            pipeline.*,
            evaluations.is_as_of and pipeline.shuffle = 0 as is_as_of,
            coverage.is_truncated,
            pipeline.pipeline_amount > 0
            and pipeline.is_scored
            and not coverage.is_truncated as is_evaluated,
            skill.low_fit_win_rate as graded_low_fit_win_rate,
            skill.other_win_rate as graded_other_win_rate,
            skill.low_fit_deals as graded_low_fit_deals,
            skill.other_deals as graded_other_deals,
            skill.is_informative,
            skill.low_fit_p_value as p_value,
            -- One question, so nothing to correct for; scores without skill prove nothing.
            case when skill.is_informative then skill.low_fit_p_value end as q_value
        from pipeline
        inner join evaluations on evaluations.evaluation_date = pipeline.evaluation_date
        inner join coverage on coverage.evaluation_date = pipeline.evaluation_date
        -- Shuffled outcomes are not graded, so their alerts are counted and never proven.
        left join skill on skill.evaluation_date = pipeline.evaluation_date and pipeline.shuffle = 0
    ),

    breached as (
        select
            *,
            {{ verdict("p_value", "q_value") }} as verdict,
            is_evaluated
            and {{ at_least("low_fit_amount_share", threshold("low_fit_share")) }} as is_breached,
            {%- for dimension in ["industry", "region", "lead_source", "deal_stage"] %}
                cast(null as {{ dbt.type_string() }}) as {{ dimension }}{{ "," if not loop.last }}
            {%- endfor %}
        from judged
    )

select
    evaluation_date,
    shuffle,
    is_as_of,
    'low_fit_pipeline' as rule,
    {{ alert_key("low_fit_pipeline") }} as alert_key,
    {{
        alert_severity(
            "verdict",
            at_least("low_fit_amount_share", threshold("low_fit_share_critical")),
            "low_fit_amount_share",
        )
    }} as severity,
    'overall' as grain,
    industry,
    region,
    lead_source,
    deal_stage,
    pipeline_deals,
    pipeline_amount,
    high_fit_amount,
    graded_low_fit_deals,
    graded_low_fit_win_rate,
    graded_other_deals,
    graded_other_win_rate,
    is_informative,
    low_fit_amount_share as metric_value,
    high_fit_amount_share as comparison_value,
    low_fit_deals as deals,
    low_fit_amount as amount_at_stake,
    low_fit_deals_without_amount as deals_without_amount,
    p_value,
    q_value,
    cast(p_value is not null as integer) as tests,
    verdict,
    -- A share is counted, not estimated.
    case
        when is_evaluated then cast({{ threshold("low_fit_share") }} as {{ type_double() }})
    end as detectable_effect,
    is_truncated,
    is_evaluated,
    is_breached,
    is_breached as is_fired
from breached

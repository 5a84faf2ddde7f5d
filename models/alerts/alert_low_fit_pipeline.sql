with
    fired as (select * from {{ ref("rule_low_fit_pipeline") }} where is_as_of and is_fired),
    concentration as (select * from {{ ref("low_fit_concentration") }})

select
    alert_key,
    rule,
    severity,
    grain,
    industry,
    region,
    lead_source,
    deal_stage,
    'low_fit_amount_share' as metric_name,
    {{ as_percent("metric_value") }}
    || ' of the pipeline amount ('
    || {{ as_money("amount_at_stake") }}
    || ' in '
    || {{ as_count("deals", "deal") }}
    || ') sits in segments that win at least '
    || {{ as_points(threshold("risk_band_margin")) }}
    || ' less often than the baseline; '
    || {{ as_percent("comparison_value") }}
    || ' sits in those that win as much more often.' as reason,
    case
        when verdict = 'too_few'
        then 'Too few deals of this kind have been scored and closed to tell it from luck.'
        else
            'Of the deals scored so before they closed, '
            || {{ as_percent("graded_low_fit_win_rate") }}
            || ' of '
            || {{ as_count("graded_low_fit_deals") }}
            || ' were won, of the others '
            || {{ as_percent("graded_other_win_rate") }}
            || ' of '
            || {{ as_count("graded_other_deals") }}
            || '; '
            || {{ as_evidence("verdict", "q_value", "tests", "test") }}
            || case when is_informative then '.' else '. The segments do not predict who wins.' end
    end as evidence,
    concentration.sentence as goes_with,
    {{
        advice(
            "verdict",
            act="Go through the largest of these deals with their owners, and look at what enters the pipeline.",
            look="Look at the largest of these deals: the scores may be luck.",
        )
    }}
    as action,
    'deal_risk' as look_at,
    metric_value,
    comparison_value,
    cast({{ threshold("low_fit_share") }} as {{ type_double() }}) as threshold_value,
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
left join concentration on true

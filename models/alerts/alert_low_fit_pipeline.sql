with
    fired as (select * from {{ ref("rule_low_fit_pipeline") }} where is_fired),
    as_of as (select * from {{ ref("as_of") }}),

    described as (
        select
            fired.*,
            cast(null as {{ dbt.type_string() }}) as industry,
            cast(null as {{ dbt.type_string() }}) as region,
            cast(null as {{ dbt.type_string() }}) as lead_source,
            cast(null as {{ dbt.type_string() }}) as deal_stage,
            as_of.as_of_date
        from fired
        cross join as_of
    )

select
    {{ alert_key("low_fit_pipeline") }} as alert_key,
    'low_fit_pipeline' as rule,
    {{ alert_severity("low_fit_amount_share", threshold("low_fit_share_critical")) }} as severity,
    'overall' as grain,
    industry,
    region,
    lead_source,
    deal_stage,
    'low_fit_amount_share' as metric_name,
    {{ as_percent("low_fit_amount_share") }}
    || ' of the pipeline amount ('
    || {{ as_money("low_fit_amount") }}
    || ' in '
    || {{ as_count("low_fit_deals", "deal") }}
    || ') sits in segments that win at least '
    || {{ as_points(threshold("risk_band_margin")) }}
    || ' less often than the baseline; '
    || {{ as_percent("high_fit_amount_share") }}
    || ' sits in those that win as much more often.' as reason,
    low_fit_amount_share as metric_value,
    high_fit_amount_share as comparison_value,
    cast({{ threshold("low_fit_share") }} as double) as threshold_value,
    low_fit_deals as deals,
    low_fit_amount as amount_at_stake,
    low_fit_deals_without_amount as deals_without_amount,
    as_of_date
from described

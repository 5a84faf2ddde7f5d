with
    results as (select * from {{ ref("rule_results") }} where shuffle = 0 and is_breached),
    evaluations as (select * from {{ ref("int_evaluations") }}),

    -- In a streak the dates grow by one as they come nearer to the as-of date, so the sum stays.
    numbered as (
        select
            results.*,
            evaluations.evaluations_ago + row_number() over (
                partition by results.alert_key order by results.evaluation_date
            ) as streak,
            evaluations.evaluations_ago + row_number() over (
                partition by results.alert_key, results.verdict = 'proven'
                order by results.evaluation_date
            ) as verdict_streak
        from results
        inner join evaluations on evaluations.evaluation_date = results.evaluation_date
    )

select
    evaluation_date,
    is_as_of,
    alert_key,
    rule,
    severity,
    grain,
    industry,
    region,
    lead_source,
    deal_stage,
    metric_value,
    comparison_value,
    deals,
    amount_at_stake,
    p_value,
    q_value,
    verdict,
    is_fired,
    min(evaluation_date) over (partition by alert_key, streak) as first_breached_on,
    case
        when verdict = 'proven'
        then min(evaluation_date) over (partition by alert_key, verdict = 'proven', verdict_streak)
    end as first_proven_on,
    cast(
        row_number() over (partition by alert_key, streak order by evaluation_date) as bigint
    ) as consecutive_periods,
    cast(
        sum(cast(is_fired as integer)) over (
            partition by alert_key order by evaluation_date
        ) as bigint
    ) as times_fired
from numbered

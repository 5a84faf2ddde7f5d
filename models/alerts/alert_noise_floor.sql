with
    results as (select * from {{ ref("rule_results") }}),
    evaluations as (select * from {{ ref("alert_rule_evaluations") }}),
    shuffles as (select distinct shuffle from {{ ref("int_segment_outcomes") }} where shuffle > 0),

    -- A shuffle in which a rule finds nothing counts as 0.
    counted as (
        select
            evaluations.rule,
            evaluations.breached as breached_now,
            shuffles.shuffle,
            count(*) filter (where results.is_breached) as breached,
            count(*) filter (where results.is_fired) as fired,
            count(*) filter (where results.is_breached and results.verdict = 'proven') as proven
        from evaluations
        cross join shuffles
        left join results on results.rule = evaluations.rule and results.shuffle = shuffles.shuffle
        -- What outcomes do not decide, such as stalling, is left as it is by shuffling them.
        where evaluations.rule in {{ rules_decided_by_outcomes() }}
        group by evaluations.rule, evaluations.breached, shuffles.shuffle
    ),

    summed as (
        select
            rule,
            count(*) as shuffles,
            avg(cast(breached as {{ type_double() }})) as breached_by_chance,
            max(breached) as most_breached_by_chance,
            avg(cast(fired as {{ type_double() }})) as fired_by_chance,
            avg(cast(proven as {{ type_double() }})) as proven_by_chance,
            {{ ratio("count(*) filter (where breached >= breached_now)", "count(*)") }}
            as share_as_many
        from counted
        group by rule
    )

select
    evaluations.rule,
    evaluations.as_of_date,
    coalesce(summed.shuffles, 0) as shuffles,
    evaluations.breached,
    evaluations.fired,
    evaluations.proven,
    summed.breached_by_chance,
    summed.most_breached_by_chance,
    summed.fired_by_chance,
    summed.proven_by_chance,
    summed.share_as_many as share_of_shuffles_as_many,
    {{ as_count("evaluations.breached") }}
    || ' beyond the threshold, chance alone gives '
    || cast(
        {{ as_decimal("summed.breached_by_chance", 9, 1) }} as {{ dbt.type_string() }}
    ) as headline
from evaluations
left join summed on summed.rule = evaluations.rule

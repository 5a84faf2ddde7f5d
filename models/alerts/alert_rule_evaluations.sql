with
    as_of as (select * from {{ ref("as_of") }}),
    results as (select * from {{ ref("rule_results") }} where is_as_of),
    coverage as (select * from {{ ref("int_extract_coverage") }}),
    rules as (
        select *
        from
            (
                values
                    {%- for rule in alert_rules() %}
                        ('{{ rule }}', {{ loop.index }}){{ "," if not loop.last }}
                    {%- endfor %}
            ) as rules(rule, rule_order)
    ),

    counted as (
        select
            rule,
            count(*) as segments,
            count(*) filter (where is_evaluated) as candidates,
            count(*) filter (where is_breached) as breached,
            count(*) filter (where is_fired) as fired,
            count(*) filter (where is_evaluated and p_value is not null) as tests,
            count(*) filter (where is_breached and verdict = 'proven') as proven,
            bool_or(is_truncated) as is_truncated,
            min(detectable_effect) filter (where is_evaluated) as smallest_detectable_effect,
            percentile_cont(0.5) within group (
                order by case when is_evaluated then detectable_effect end
            ) as typical_detectable_effect
        from results
        group by rule
    )

-- One row per rule also when nothing fired: silence must say why it is silent.
select
    rules.rule,
    rules.rule_order,
    as_of.as_of_date,
    case
        when
            coalesce(counted.candidates, 0) = 0
            and coalesce(counted.is_truncated, coverage.is_truncated)
        then 'truncated'
        when counted.segments is null
        then 'no_data'
        when counted.candidates = 0
        then 'insufficient_data'
        else 'ok'
    end as status,
    coalesce(counted.segments, 0) as segments,
    coalesce(counted.candidates, 0) as candidates,
    coalesce(counted.breached, 0) as breached,
    coalesce(counted.fired, 0) as fired,
    coalesce(counted.tests, 0) as tests,
    coalesce(counted.proven, 0) as proven,
    counted.smallest_detectable_effect,
    cast(counted.typical_detectable_effect as {{ type_double() }}) as typical_detectable_effect,
    {{ detectable_in_words("rules.rule", "counted.typical_detectable_effect") }}
    as detectable_in_words
from rules
cross join as_of
left join counted on counted.rule = rules.rule
left join coverage on coverage.evaluation_date = as_of.as_of_date

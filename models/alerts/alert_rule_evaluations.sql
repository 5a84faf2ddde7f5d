with
    as_of as (select * from {{ ref("as_of") }}),

    rules as (
        {%- for rule in alert_rules() %}
            select {{ loop.index }} as rule_order, '{{ rule }}' as rule
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}
    ),

    looked_at as (
        {%- for rule in alert_rules() %}
            select '{{ rule }}' as rule, is_evaluated, is_fired
            from {{ ref("rule_" ~ rule) }}
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}
    ),

    counted as (
        select
            rule,
            count(*) as segments,
            count(*) filter (where is_evaluated) as candidates,
            count(*) filter (where is_fired) as fired
        from looked_at
        group by rule
    )

-- One row per rule also when nothing fired: silence must say why it is silent.
select
    rules.rule,
    rules.rule_order,
    as_of.as_of_date,
    case
        when counted.segments is null
        then 'no_data'
        when counted.candidates = 0
        then 'insufficient_data'
        else 'ok'
    end as status,
    coalesce(counted.segments, 0) as segments,
    coalesce(counted.candidates, 0) as candidates,
    coalesce(counted.fired, 0) as fired
from rules
cross join as_of
left join counted on counted.rule = rules.rule

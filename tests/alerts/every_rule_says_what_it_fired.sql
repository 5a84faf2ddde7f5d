-- One row per promised rule, with the noise floor beside it, and as many alerts as the rule says it
-- fired.
with
    fired as (select rule, count(*) as alerts from {{ ref("alerts") }} group by rule),
    promised as (
        {%- for rule in alert_rules() %}
            select '{{ rule }}' as rule
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}
    )

select
    promised.rule,
    evaluations.rule as evaluated_rule,
    noise_floor.rule as noise_floor_rule,
    fired.rule as fired_rule,
    evaluations.status,
    evaluations.fired,
    noise_floor.fired as noise_floor_fired,
    fired.alerts
from promised
full outer join
    {{ ref("alert_rule_evaluations") }} as evaluations on evaluations.rule = promised.rule
full outer join {{ ref("alert_noise_floor") }} as noise_floor on noise_floor.rule = promised.rule
full outer join fired on fired.rule = promised.rule
where
    promised.rule is null
    or evaluations.rule is null
    or noise_floor.rule is null
    or coalesce(fired.alerts, 0) <> evaluations.fired
    or noise_floor.fired <> evaluations.fired
    or (evaluations.status <> 'ok' and evaluations.fired > 0)

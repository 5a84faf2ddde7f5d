-- One row per rule: whether it could judge, and what chance alone would have given it.
select
    evaluations.rule,
    evaluations.status,
    evaluations.segments,
    evaluations.candidates,
    evaluations.fired,
    evaluations.proven,
    evaluations.detectable_in_words,
    floors.headline as by_chance
from alert_rule_evaluations as evaluations
left join alert_noise_floor as floors on floors.rule = evaluations.rule
order by evaluations.rule_order;

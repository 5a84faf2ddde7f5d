-- A silence of neither would silence nothing, one of both says two things, one of a rule that
-- is none goes unseen.
select silences.*
from {{ ref("alert_silences") }} as silences
left join {{ ref("alert_rule_evaluations") }} as evaluations on evaluations.rule = silences.rule
where
    (silences.alert_key is null) = (silences.rule is null)
    or (silences.rule is not null and evaluations.rule is null)

-- Only the as-of date with the outcomes as they were is called so; shuffles are of that date alone.
select results.rule, results.evaluation_date, results.shuffle, results.is_as_of, as_of.as_of_date
from {{ ref("rule_results") }} as results
cross join {{ ref("as_of") }} as as_of
where
    results.is_as_of
    is distinct from (results.evaluation_date = as_of.as_of_date and results.shuffle = 0)
    or (results.shuffle > 0 and results.evaluation_date <> as_of.as_of_date)
    or results.evaluation_date > as_of.as_of_date

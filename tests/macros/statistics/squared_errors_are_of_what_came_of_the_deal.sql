-- A won deal is 1, any other 0; without a probability there is no error.
with
    cases(is_won, probability, expected) as (
        values
            (true, 0.75e0, 0.0625e0),
            (false, 0.75e0, 0.5625e0),
            (true, 1e0, 0e0),
            (false, 1e0, 1e0),
            (true, 0e0, 1e0),
            (false, 0e0, 0e0),
            (true, null, null),
            (false, null, null)
    ),

    graded as (select *, {{ squared_error("probability") }} as actual from cases)

select is_won, probability, actual, expected
from graded
where actual is distinct from expected

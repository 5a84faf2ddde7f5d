{%- set proven = threshold("proven_q_value") -%}
{%- set suggestive = threshold("suggestive_p_value") -%}
-- On a bound the verdict is still the stronger one. The first that holds is told, so what is proven
-- need not be suggestive; without a p-value there were too few deals.
with
    cases(p, q, expected) as (
        values
            (cast(0 as {{ type_double() }}), {{ proven }}, 'proven'),
            ({{ suggestive }} + 1e-6, {{ proven }}, 'proven'),
            ({{ suggestive }}, {{ proven }} + 1e-6, 'suggestive'),
            ({{ suggestive }} + 1e-6, {{ proven }} + 1e-6, 'noise'),
            (null, null, 'too_few'),
            (null, 0, 'too_few')
    ),

    judged as (select *, {{ verdict("p", "q") }} as actual from cases)

select p, q, actual, expected
from judged
where actual <> expected

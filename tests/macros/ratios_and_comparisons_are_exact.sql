{%- set double = type_double() -%}
-- An empty denominator gives NULL, and floating point never decides an exact tie.
with
    compared as (
        select 'ratio' as macro, {{ ratio(1, 4) }} = 0.25 as holds
        union all
        select 'ratio over nothing', ({{ ratio(1, 0) }}) is null
        union all
        select 'at_least on the bound', {{ at_least("0.48 - 0.40", 0.08) }}
        union all
        select
            'at_least on the bound, in doubles',
            {{ at_least("cast(0.48 as " ~ double ~ ") - cast(0.40 as " ~ double ~ ")", 0.08) }}
        union all
        select 'at_least below the bound', not ({{ at_least(0.0799, 0.08) }})
        union all
        select
            'at_most on the bound, in doubles',
            {{ at_most("cast(0.40 as " ~ double ~ ")", "cast(0.45 as " ~ double ~ ") - 0.05") }}
        union all
        select 'at_most above the bound', not ({{ at_most(0.4001, 0.4) }})
    )

select macro, holds
from compared
where holds is distinct from true

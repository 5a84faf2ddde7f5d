{%- set figures = [
    "overdispersion",
    "prior_deals",
    "p_value",
    "q_value",
    "closed_deals",
] | join(", ") -%}
with
    segments as (
        select grain, {{ figures }}
        from {{ ref("int_shrunk_segments") }}
        where is_as_of
        union all
        select grain, {{ figures }}
        from {{ ref("int_shrunk_cells") }}
        where is_as_of
    )

select
    grain,
    count(*) as segments,
    cast(sum(closed_deals) as bigint) as closed_deals,
    max(overdispersion) as overdispersion,
    max(prior_deals) as prior_deals,
    count(p_value) as tests,
    min(q_value) as smallest_q_value,
    count(*) filter (where q_value <= {{ threshold("proven_q_value") }}) as proven_segments
from segments
group by grain

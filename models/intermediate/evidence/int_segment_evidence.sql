{%- set columns = (
    ["evaluation_date", "shuffle", "is_as_of", "is_replayed", "grain"]
    + dimensions()
    + [
        "closed_deals",
        "won_deals",
        "deals_without_amount",
        "closed_amount",
        "won_amount",
        "win_rate",
        "baseline_win_rate",
        "rest_deals",
        "rest_won_deals",
        "p_value",
        "q_value",
    ]
) | join(", ") -%}
with
    evidence as (
        select {{ columns }}, shrunk_win_rate
        from {{ ref("int_shrunk_segments") }}
        union all
        select {{ columns }}, shrunk_win_rate
        from {{ ref("int_shrunk_cells") }}
        union all
        select {{ columns }}, cast(null as {{ type_double() }}) as shrunk_win_rate
        from {{ ref("int_segment_tests") }}
        where grain = 'overall'
    )

select
    *,
    {{ wilson_low("won_deals", "closed_deals") }} as win_rate_low,
    {{ wilson_high("won_deals", "closed_deals") }} as win_rate_high,
    -- All deals are compared with nothing.
    case when grain <> 'overall' then {{ verdict("p_value", "q_value") }} end as verdict
from evidence

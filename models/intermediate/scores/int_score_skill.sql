{%- set summed = ["deals", "squared_error", "baseline_squared_error"] -%}
{%- set compared = ["low_fit_deals", "low_fit_won_deals", "other_deals", "other_won_deals"] -%}
with
    evaluations as (select * from {{ ref("int_evaluations") }} where is_replayed),
    resolved as (select * from {{ ref("int_resolved_books") }} where is_resolved),
    outcomes as (select * from {{ ref("int_graded_outcomes") }}),

    -- On a past date only the outcomes of that day count, and only of books resolved by then.
    known as (
        select
            outcomes.*,
            resolved.evaluation_date,
            {{ is_last_resolved_book("outcomes.closed_by", "resolved.next_resolved_book_date") }}
            as is_last_book
        from resolved
        inner join
            outcomes
            on outcomes.book_date = resolved.book_date
            and outcomes.is_without_stage = resolved.is_without_stage
            and outcomes.closed_by <= resolved.evaluation_date
    ),

    pooled as (
        select
            evaluations.evaluation_date,
            count(distinct known.book_date) as graded_books,
            {%- for figure in summed %}
                coalesce(sum(known.{{ figure }}), 0) as {{ figure }},
            {%- endfor %}
            {%- for figure in compared %}
                coalesce(
                    sum(known.{{ figure }}) filter (where known.is_last_book), 0
                ) as {{ figure }}{{ "," if not loop.last }}
            {%- endfor %}
        from evaluations
        left join known on known.evaluation_date = evaluations.evaluation_date
        group by evaluations.evaluation_date
    ),

    graded as (
        select
            evaluation_date,
            graded_books,
            cast(deals as bigint) as graded_deals,
            {{ ratio("squared_error", "deals") }} as brier,
            {{ ratio("baseline_squared_error", "deals") }} as baseline_brier,
            {{ skill("squared_error", "baseline_squared_error") }} as skill,
            cast(low_fit_deals as bigint) as low_fit_deals,
            cast(other_deals as bigint) as other_deals,
            {{ ratio("low_fit_won_deals", "low_fit_deals") }} as low_fit_win_rate,
            {{ ratio("other_won_deals", "other_deals") }} as other_win_rate,
            {{
                two_proportion_z(
                    "other_won_deals", "other_deals", "low_fit_won_deals", "low_fit_deals"
                )
            }} as low_fit_z_score
        from pooled
    )

select
    *,
    -- Exactly 0 where every deal was given the baseline; floating point must not open the gate.
    coalesce(skill > 1e-9, false) as is_informative,
    {{ one_sided_p("low_fit_z_score", normal_tail("low_fit_z_score")) }} as low_fit_p_value
from graded

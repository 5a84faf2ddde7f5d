with
    evaluations as (select * from {{ ref("int_evaluations") }} where is_as_of),
    resolved as (select * from {{ ref("int_resolved_books") }} where is_resolved),
    graded as (select * from {{ ref("int_graded_deals") }} where is_closed),

    -- A deal that several books held is one piece of evidence, not several.
    by_deal as (
        select
            evaluations.evaluation_date,
            graded.group_id,
            graded.deals,
            sum({{ squared_error("win_probability") }}) as squared_error,
            sum({{ squared_error("baseline_win_rate") }}) as baseline_squared_error
        from evaluations
        inner join resolved on resolved.evaluation_date = evaluations.evaluation_date
        inner join
            graded
            on graded.book_date = resolved.book_date
            and graded.is_without_stage = resolved.is_without_stage
        group by evaluations.evaluation_date, graded.group_id, graded.deals
    ),

    summed as (
        select
            evaluation_date,
            sum(deals * squared_error) as squared_error,
            sum(deals * baseline_squared_error) as baseline_squared_error
        from by_deal
        group by evaluation_date
    ),

    missed as (
        select
            by_deal.evaluation_date,
            by_deal.deals,
            summed.baseline_squared_error,
            by_deal.squared_error
            - by_deal.baseline_squared_error
            * {{ ratio("summed.squared_error", "summed.baseline_squared_error") }} as miss
        from by_deal
        inner join summed on summed.evaluation_date = by_deal.evaluation_date
    )

select
    evaluation_date,
    {{ ratio("sqrt(sum(deals * miss * miss))", "max(baseline_squared_error)") }} as skill_error
from missed
group by evaluation_date

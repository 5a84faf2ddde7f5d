with
    evaluations as (select * from {{ ref("int_evaluations") }} where is_as_of),
    resolved as (select * from {{ ref("int_resolved_books") }}),
    discrimination as (select * from {{ ref("int_score_auc") }}),

    judged as (
        select resolved.*
        from resolved
        inner join evaluations on evaluations.evaluation_date = resolved.evaluation_date
    ),

    outcomes as (
        select graded.*
        from {{ ref("int_graded_outcomes") }} as graded
        inner join
            judged
            on judged.book_date = graded.book_date
            and judged.is_without_stage = graded.is_without_stage
    ),

    books as (
        select
            book_date,
            cast(sum(deals) as bigint) as open_deals,
            sum(expected_wins) as expected_wins,
            {{ z_80_two_sided() }} * sqrt(sum(expected_wins_variance)) as expected_wins_margin
        from outcomes
        group by book_date
    ),

    graded as (
        select
            book_date,
            cast(sum(deals) as bigint) as graded_deals,
            cast(sum(won_deals) as bigint) as won_deals,
            {{ ratio("sum(squared_error)", "sum(deals)") }} as brier,
            {{ ratio("sum(baseline_squared_error)", "sum(deals)") }} as baseline_brier,
            {{ skill("sum(squared_error)", "sum(baseline_squared_error)") }} as skill
        from outcomes
        where closed_by is not null
        group by book_date
    )

select
    books.book_date,
    books.open_deals,
    coalesce(graded.graded_deals, 0) as graded_deals,
    judged.waiting_deals,
    books.open_deals - coalesce(graded.graded_deals, 0) - judged.waiting_deals as stuck_deals,
    judged.is_resolved,
    books.expected_wins,
    books.expected_wins - books.expected_wins_margin as expected_wins_low,
    books.expected_wins + books.expected_wins_margin as expected_wins_high,
    case when judged.is_resolved then graded.won_deals end as actual_wins,
    case when judged.is_resolved then discrimination.auc end as auc,
    case when judged.is_resolved then graded.brier end as brier,
    case when judged.is_resolved then graded.baseline_brier end as baseline_brier,
    case when judged.is_resolved then graded.skill end as skill
from books
inner join judged on judged.book_date = books.book_date
left join graded on graded.book_date = books.book_date
left join
    discrimination
    on discrimination.book_date = books.book_date
    and discrimination.is_without_stage = judged.is_without_stage

with
    evaluations as (select * from {{ ref("int_evaluations") }} where is_replayed),
    books as (select * from {{ ref("int_evaluations") }} where is_backtested),
    pace as (select * from {{ ref("int_pace") }} where pace_grain = 'overall'),
    survival as (select * from {{ ref("int_survival") }} where pace_grain = 'overall'),
    coverage as (select * from {{ ref("int_extract_coverage") }}),
    scorings as (select * from {{ ref("int_scorings") }} where shuffle = 0 and is_in_force),

    aged as (
        select
            evaluations.evaluation_date,
            books.evaluation_date as book_date,
            {{ days_between("books.evaluation_date", "evaluations.evaluation_date") }}
            as book_age_days,
            of_the_day.is_without_stage or of_the_book.is_without_stage as is_without_stage
        from evaluations
        inner join
            books
            on books.evaluations_ago > evaluations.evaluations_ago
            and books.evaluations_ago
            <= evaluations.evaluations_ago + {{ threshold("backtest_month_ends") }}
        inner join
            scorings as of_the_day on of_the_day.evaluation_date = evaluations.evaluation_date
        inner join scorings as of_the_book on of_the_book.evaluation_date = books.evaluation_date
    ),

    -- The deals of a book that are still open and may yet close. A forgotten deal may never: one
    -- that is older than nine in ten ever get is stuck, and its book does not wait for it. Where
    -- the extract ends too early closings are missing, and nothing is known to be stuck.
    waited_for as (
        select
            aged.evaluation_date,
            aged.book_date,
            aged.is_without_stage,
            cast(coalesce(sum(survival.deals - survival.closings), 0) as bigint) as waiting_deals
        from aged
        inner join pace on pace.evaluation_date = aged.evaluation_date
        inner join coverage on coverage.evaluation_date = aged.evaluation_date
        left join
            survival
            on survival.evaluation_date = aged.evaluation_date
            and survival.duration_days >= aged.book_age_days
            and (
                coverage.is_truncated
                or survival.duration_days <= coalesce(pace.p90_days, survival.duration_days)
            )
        group by aged.evaluation_date, aged.book_date, aged.is_without_stage
    ),

    judged as (select *, waiting_deals = 0 as is_resolved from waited_for)

select
    *,
    case
        when is_resolved
        then lead(book_date) over (partition by evaluation_date, is_resolved order by book_date)
    end as next_resolved_book_date
from judged

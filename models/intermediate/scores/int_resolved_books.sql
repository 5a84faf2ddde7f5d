with
    evaluations as (select * from {{ ref("int_evaluations") }} where is_replayed),
    books as (select * from {{ ref("int_evaluations") }} where is_backtested),
    pace as (select * from {{ ref("int_pace") }} where pace_grain = 'overall'),
    survival as (select * from {{ ref("int_survival") }} where pace_grain = 'overall'),
    coverage as (select * from {{ ref("int_extract_coverage") }}),

    aged as (
        select
            evaluations.evaluation_date,
            books.evaluation_date as book_date,
            {{ days_between("books.evaluation_date", "evaluations.evaluation_date") }}
            as book_age_days
        from evaluations
        inner join
            books
            on books.evaluations_ago > evaluations.evaluations_ago
            and books.evaluations_ago
            <= evaluations.evaluations_ago + {{ threshold("backtest_month_ends") }}
    ),

    -- The deals of a book that are still open and may yet close. A forgotten deal may never: one
    -- that is older than nine in ten ever get is stuck, and its book does not wait for it. Where
    -- the extract ends too early closings are missing, and nothing is known to be stuck.
    waited_for as (
        select
            aged.evaluation_date,
            aged.book_date,
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
        group by aged.evaluation_date, aged.book_date
    ),

    judged as (select *, waiting_deals = 0 as is_resolved from waited_for)

select
    *,
    case
        when is_resolved
        then lead(book_date) over (partition by evaluation_date, is_resolved order by book_date)
    end as next_resolved_book_date
from judged

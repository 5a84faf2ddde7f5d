-- What the resolved books graded is what the bins hold and what the skill is pooled over.
with
    skill as (select * from {{ ref("score_skill") }}),

    books as (
        select
            count(*) filter (where graded_deals > 0) as books,
            coalesce(sum(graded_deals), 0) as deals,
            coalesce(sum(actual_wins), 0) as won_deals
        from {{ ref("score_backtest") }}
        where is_resolved
    ),

    bins as (
        select sum(deals) as deals, sum(won_deals) as won_deals from {{ ref("score_calibration") }}
    )

select
    books.*,
    bins.deals as binned_deals,
    bins.won_deals as binned_won_deals,
    skill.graded_books,
    skill.graded_deals
from books
cross join bins
left join skill on true
where
    books.deals <> bins.deals
    or books.won_deals <> bins.won_deals
    or books.deals <> coalesce(skill.graded_deals, 0)
    or books.books <> coalesce(skill.graded_books, 0)

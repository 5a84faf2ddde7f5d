-- What the resolved books graded is what the skill is pooled over, and each of these deals is in
-- one
-- bin.
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

    -- Several books hold a group of deals, and it is one all the same.
    different as (
        select distinct graded.group_id, graded.deals, graded.is_won
        from {{ ref("int_graded_deals") }} as graded
        inner join
            {{ ref("score_backtest") }} as books
            on books.book_date = graded.book_date
            and books.is_resolved
        where graded.is_closed
    ),

    graded as (
        select
            coalesce(sum(deals), 0) as deals,
            coalesce(sum(deals) filter (where is_won), 0) as won_deals
        from different
    ),

    bins as (
        select sum(deals) as deals, sum(won_deals) as won_deals from {{ ref("score_calibration") }}
    )

select
    books.*,
    graded.deals as different_deals,
    graded.won_deals as different_won_deals,
    bins.deals as binned_deals,
    bins.won_deals as binned_won_deals,
    skill.graded_books,
    skill.graded_deals
from books
cross join graded
cross join bins
left join skill on true
where
    graded.deals <> bins.deals
    or graded.won_deals <> bins.won_deals
    or books.deals <> coalesce(skill.graded_deals, 0)
    or books.books <> coalesce(skill.graded_books, 0)

with
    graded as (select * from {{ ref("int_graded_deals") }} where is_closed),

    placed as (
        select
            *,
            row_number() over (
                partition by book_date, is_without_stage order by win_probability
            ) as place
        from graded
    ),

    -- Deals with equal scores share the mean of their places.
    ranked as (
        select
            *,
            avg(place) over (
                partition by book_date, is_without_stage, win_probability
            ) as average_rank
        from placed
    ),

    summed as (
        select
            book_date,
            is_without_stage,
            count(*) filter (where is_won) as won_deals,
            count(*) filter (where not is_won) as lost_deals,
            sum(average_rank) filter (where is_won) as won_ranks
        from ranked
        group by book_date, is_without_stage
    )

select
    book_date,
    is_without_stage,
    {{ ratio("won_ranks - won_deals * (won_deals + 1) / 2e0", "won_deals * lost_deals") }} as auc
from summed

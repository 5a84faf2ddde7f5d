{%- set book = "book_date, is_without_stage" -%}
with
    scored as (
        select
            {{ book }},
            win_probability,
            sum(deals) as deals,
            coalesce(sum(deals) filter (where is_won), 0) as won_deals
        from {{ ref("int_graded_deals") }}
        where is_closed
        group by {{ book }}, win_probability
    ),

    -- Deals with equal scores share the mean of their places.
    ranked as (
        select
            *,
            sum(deals) over (partition by {{ book }} order by win_probability)
            - (deals - 1) / 2e0 as average_rank
        from scored
    ),

    summed as (
        select
            {{ book }},
            sum(won_deals) as won_deals,
            sum(deals - won_deals) as lost_deals,
            sum(won_deals * average_rank) as won_ranks
        from ranked
        group by {{ book }}
    )

select
    book_date,
    is_without_stage,
    {{ ratio("won_ranks - won_deals * (won_deals + 1) / 2e0", "won_deals * lost_deals") }} as auc
from summed

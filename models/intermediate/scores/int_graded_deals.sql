{%- set cell = ["industry", "region", "lead_source", "deal_stage"] -%}
with
    deals as (select * from {{ ref("int_deals_as_of") }}),
    books as (select * from {{ ref("int_evaluations") }} where is_backtested),
    scores as (select * from {{ ref("int_cell_scores") }} where shuffle = 0)

-- Scored with what was known on the day of the book, graded with what came of it.
select
    books.evaluation_date as book_date,
    scores.is_without_stage,
    deals.deal_id,
    scores.win_probability,
    scores.baseline_win_rate,
    scores.risk_band,
    deals.is_closed,
    deals.is_won,
    deals.closed_date
from deals
inner join
    books
    on deals.created_date <= books.evaluation_date
    and (deals.is_open or deals.closed_date > books.evaluation_date)
inner join
    scores
    on scores.evaluation_date = books.evaluation_date
    and {{ same_segment("scores", "deals", cell) }}
where scores.win_probability is not null

{%- set cell = ["industry", "region", "lead_source", "deal_stage"] -%}
with
    deal_groups as (select * from {{ ref("int_deal_groups") }}),
    books as (select * from {{ ref("int_evaluations") }} where is_backtested),
    scores as (select * from {{ ref("int_cell_scores") }} where shuffle = 0)

-- Scored with what was known on the day of the book, graded with what came of it.
select
    books.evaluation_date as book_date,
    scores.is_without_stage,
    deal_groups.group_id,
    scores.win_probability,
    scores.baseline_win_rate,
    scores.risk_band,
    deal_groups.closed_by is not null as is_closed,
    deal_groups.is_won,
    deal_groups.closed_by,
    deal_groups.deals
from deal_groups
inner join
    books
    on deal_groups.created_by <= books.evaluation_date
    and (deal_groups.closed_by is null or deal_groups.closed_by > books.evaluation_date)
inner join
    scores
    on scores.evaluation_date = books.evaluation_date
    and {{ same_segment("scores", "deal_groups", cell) }}
where scores.win_probability is not null

with
    books as (select * from {{ ref("int_books") }}),
    limits as (select * from {{ ref("int_stall_limits") }})

select
    books.evaluation_date,
    books.industry,
    books.region,
    books.deal_stage,
    books.is_closed,
    books.age_days,
    books.deals,
    books.deals_without_amount,
    books.amount,
    limits.stall_limit_days,
    limits.critical_stall_limit_days,
    limits.limit_basis,
    coalesce(books.age_days > limits.stall_limit_days, false) as is_stalled,
    coalesce(books.age_days > limits.critical_stall_limit_days, false) as is_critically_stalled
from books
inner join
    limits
    on limits.evaluation_date = books.evaluation_date
    and {{ same_segment("limits", "books", ["industry", "region", "deal_stage"]) }}
where {{ counts_as_pipeline("not books.is_closed") }}

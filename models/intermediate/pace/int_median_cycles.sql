with books as (select * from {{ ref("int_books") }})

select
    evaluation_date,
    industry,
    region,
    deal_stage,
    cast(percentile_cont(0.5) within group (order by age_days) as double) as median_cycle_days
from books
where is_closed
group by evaluation_date, industry, region, deal_stage

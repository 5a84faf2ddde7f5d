with books as (select * from {{ ref("int_books") }})

select
    evaluation_date,
    {{ pace_grain() }} as pace_grain,
    industry,
    region,
    deal_stage,
    age_days as duration_days,
    cast(sum(deals) as bigint) as deals,
    cast(coalesce(sum(deals) filter (where is_closed), 0) as bigint) as closings
from books
group by
    evaluation_date,
    age_days,
    grouping sets ((), (industry, region), (industry, region, deal_stage))

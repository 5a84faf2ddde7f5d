with deals as (select * from {{ ref("deals") }})

select
    {{ segment_grain() }} as grain,
    {{ dimensions() | join(",\n    ") }},
    count(*) as pipeline_deals,
    {{ total_amount("deal_amount") }} as pipeline_amount,
    count(*) filter (where deal_amount is null) as deals_without_amount
from deals
where is_pipeline
group by grouping sets ({{- segment_grouping_sets() }})
-- Over no deals at all the empty set still gives a row.
having count(*) > 0

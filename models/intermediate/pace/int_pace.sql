with survival as (select * from {{ ref("int_survival") }})

-- A percentile is the first age by which so many are done; NULL while too many are still open.
select
    evaluation_date,
    pace_grain,
    industry,
    region,
    deal_stage,
    cast(sum(deals) as bigint) as deals,
    cast(sum(closings) as bigint) as closed_deals,
    min(duration_days) filter (
        where {{ at_most("survival", 1 - threshold("truncated_share")) }}
    ) as fast_days,
    min(duration_days) filter (where {{ at_most("survival", 0.5) }}) as median_days,
    min(duration_days) filter (where {{ at_most("survival", 0.25) }}) as p75_days,
    min(duration_days) filter (where {{ at_most("survival", 0.1) }}) as p90_days
from survival
group by evaluation_date, pace_grain, industry, region, deal_stage

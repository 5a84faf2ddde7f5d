with
    baseline as (select * from {{ ref("win_rate_baseline") }}),

    summed as (
        select period_type, clock, grain, sum(deals) as deals, sum(won_deals) as won_deals
        from {{ ref("win_rate_trend") }}
        group by period_type, clock, grain
    )

select summed.*
from summed
cross join baseline
where
    (summed.clock = 'closed' and summed.deals <> baseline.closed_deals)
    or (summed.clock = 'closed' and summed.won_deals <> baseline.won_deals)
    or (summed.clock = 'created' and summed.deals <> baseline.closed_deals + baseline.open_deals)
    or (summed.clock = 'created' and summed.won_deals > baseline.won_deals)

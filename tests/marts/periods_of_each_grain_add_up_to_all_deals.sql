-- Every promised grain is there for months and quarters on both clocks, and holds each deal once.
with
    baseline as (select * from {{ ref("win_rate_baseline") }}),
    grains as ({{ promised_grains() }}),

    promised as (
        select periods.period_type, clocks.clock, grains.grain
        from grains
        cross join (values ('month'), ('quarter')) as periods(period_type)
        cross join (values ('closed'), ('created')) as clocks(clock)
    ),

    summed as (
        select period_type, clock, grain, sum(deals) as deals, sum(won_deals) as won_deals
        from {{ ref("win_rate_trend") }}
        group by period_type, clock, grain
    ),

    compared as (
        select
            promised.*,
            coalesce(summed.deals, 0) as deals,
            coalesce(summed.won_deals, 0) as won_deals,
            baseline.closed_deals,
            baseline.won_deals as baseline_won_deals,
            baseline.open_deals
        from promised
        cross join baseline
        left join
            summed
            on summed.period_type = promised.period_type
            and summed.clock = promised.clock
            and summed.grain = promised.grain
    )

select *
from compared
where
    (clock = 'closed' and deals <> closed_deals)
    or (clock = 'closed' and won_deals <> baseline_won_deals)
    or (clock = 'created' and deals <> closed_deals + open_deals)
    or (clock = 'created' and won_deals > baseline_won_deals)

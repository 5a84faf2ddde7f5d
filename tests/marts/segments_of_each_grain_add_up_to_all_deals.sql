-- Every promised grain is there, and holds each closed deal once.
with
    baseline as (select * from {{ ref("win_rate_baseline") }}),
    promised as ({{ promised_grains() }}),

    summed as (
        select
            grain,
            sum(closed_deals) as closed_deals,
            sum(won_deals) as won_deals,
            sum(closed_amount) as closed_amount
        from {{ ref("win_rate_by_segment") }}
        group by grain
    )

select coalesce(promised.grain, summed.grain) as grain, summed.closed_deals, summed.won_deals
from promised
full outer join summed on summed.grain = promised.grain
cross join baseline
where
    promised.grain is null
    or coalesce(summed.closed_deals, 0) <> baseline.closed_deals
    or coalesce(summed.won_deals, 0) <> baseline.won_deals
    or coalesce(summed.closed_amount, 0) <> baseline.closed_amount

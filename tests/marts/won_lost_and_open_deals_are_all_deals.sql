with
    counted as (
        select
            count(*) filter (where status = 'won') as won_deals,
            count(*) filter (where status = 'lost') as lost_deals,
            count(*) filter (where status = 'open') as open_deals,
            count(*) as deals
        from {{ ref("deals") }}
    )

select
    counted.*,
    baseline.closed_deals,
    baseline.won_deals as baseline_won,
    baseline.open_deals as baseline_open
from counted
cross join {{ ref("win_rate_baseline") }} as baseline
where
    counted.won_deals + counted.lost_deals + counted.open_deals <> counted.deals
    or baseline.closed_deals <> counted.won_deals + counted.lost_deals
    or baseline.won_deals <> counted.won_deals
    or baseline.open_deals <> counted.open_deals

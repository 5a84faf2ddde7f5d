-- Expected is what the pace of all deals gives, so over all stall segments neither more nor fewer
-- deals are expected to have closed than have.
with
    baseline as (select * from {{ ref("win_rate_baseline") }}),

    pace as (
        select
            coalesce(sum(closed_deals), 0) as closed_deals,
            coalesce(sum(expected_closings), 0) as expected_closings
        from {{ ref("stage_pace") }}
    )

select pace.closed_deals, pace.expected_closings, baseline.closed_deals as baseline_closed_deals
from pace
cross join baseline
where
    pace.closed_deals <> baseline.closed_deals
    or abs(pace.expected_closings - baseline.closed_deals) > 1e-6

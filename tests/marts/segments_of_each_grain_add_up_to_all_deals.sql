with
    baseline as (select * from {{ ref("win_rate_baseline") }}),

    summed as (
        select
            grain,
            sum(closed_deals) as closed_deals,
            sum(won_deals) as won_deals,
            sum(closed_amount) as closed_amount
        from {{ ref("win_rate_by_segment") }}
        group by grain
    )

select summed.*
from summed
cross join baseline
where
    summed.closed_deals <> baseline.closed_deals
    or summed.won_deals <> baseline.won_deals
    or summed.closed_amount <> baseline.closed_amount

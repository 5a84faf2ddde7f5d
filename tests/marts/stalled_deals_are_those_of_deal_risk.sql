with
    pace as (
        select sum(stalled_deals) as deals, sum(stalled_amount) as amount
        from {{ ref("stage_pace") }}
    ),
    flagged as (
        select count(*) as deals, {{ total_amount("deal_amount") }} as amount
        from {{ ref("deal_risk") }}
        where is_stalled
    )

select pace.deals, pace.amount, flagged.deals as flagged_deals, flagged.amount as flagged_amount
from pace
cross join flagged
where pace.deals <> flagged.deals or pace.amount <> flagged.amount

with
    pipeline as (select * from {{ ref("deal_risk") }}),

    summed as (
        select
            risk_band,
            count(*) as deals,
            count(*) filter (where deal_amount is null) as deals_without_amount,
            {{ total_amount("deal_amount") }} as amount
        from pipeline
        group by risk_band
    )

select
    risk_band,
    deals,
    amount,
    {{ ratio("amount", "sum(amount) over ()") }} as amount_share,
    deals_without_amount
from summed

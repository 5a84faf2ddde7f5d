with
    bands as (
        select
            *,
            risk_band = 'high_risk_low_fit' as is_low_fit,
            risk_band = 'low_risk_high_fit' as is_high_fit
        from {{ ref("int_risk_bands") }}
    ),

    summed as (
        select
            evaluation_date,
            shuffle,
            bool_or(risk_band <> 'unknown') as is_scored,
            cast(sum(deals) as bigint) as pipeline_deals,
            {{ total_amount("amount") }} as pipeline_amount,
            cast(coalesce(sum(deals) filter (where is_low_fit), 0) as bigint) as low_fit_deals,
            {{ total_amount("amount", where="is_low_fit") }} as low_fit_amount,
            cast(
                coalesce(sum(deals_without_amount) filter (where is_low_fit), 0) as bigint
            ) as low_fit_deals_without_amount,
            {{ total_amount("amount", where="is_high_fit") }} as high_fit_amount
        from bands
        group by evaluation_date, shuffle
    )

select
    *,
    {{ ratio("low_fit_amount", "pipeline_amount") }} as low_fit_amount_share,
    {{ ratio("high_fit_amount", "pipeline_amount") }} as high_fit_amount_share
from summed

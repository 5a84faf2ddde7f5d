with
    bands as (select * from {{ ref("pipeline_by_risk_band") }}),
    baseline as (select * from {{ ref("win_rate_baseline") }}),

    flagged as (
        select
            *,
            risk_band = 'high_risk_low_fit' as is_low_fit,
            risk_band = 'low_risk_high_fit' as is_high_fit
        from bands
    ),

    summed as (
        select
            cast(sum(deals) as bigint) as pipeline_deals,
            {{ total_amount("amount") }} as pipeline_amount,
            cast(coalesce(sum(deals) filter (where is_low_fit), 0) as bigint) as low_fit_deals,
            {{ total_amount("amount", where="is_low_fit") }} as low_fit_amount,
            cast(
                coalesce(sum(deals_without_amount) filter (where is_low_fit), 0) as bigint
            ) as low_fit_deals_without_amount,
            {{ total_amount("amount", where="is_high_fit") }} as high_fit_amount
        from flagged
        having count(*) > 0
    ),

    judged as (
        select
            summed.*,
            {{ ratio("summed.low_fit_amount", "summed.pipeline_amount") }} as low_fit_amount_share,
            {{ ratio("summed.high_fit_amount", "summed.pipeline_amount") }}
            as high_fit_amount_share,
            summed.pipeline_amount > 0 and baseline.closed_deals > 0 as is_evaluated
        from summed
        cross join baseline
    )

select
    *,
    is_evaluated and {{ at_least("low_fit_amount_share", threshold("low_fit_share")) }} as is_fired
from judged

with
    drivers as (select * from {{ ref("win_rate_drivers") }}),

    judged as (
        select
            *,
            closed_deals >= {{ threshold("emerging_driver_min_deals") }} as is_evaluated,
            {{ at_least("lift", threshold("emerging_driver_min_lift")) }} as is_lifted
        from drivers
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by is_evaluated and is_lifted order by driver_rank
            ) as rank_among_equals
        from judged
    )

select
    industry,
    region,
    lead_source,
    closed_deals,
    win_rate,
    avg_deal_amount,
    lift,
    driver_score,
    driver_rank,
    is_evaluated,
    is_evaluated
    and is_lifted
    and rank_among_equals <= {{ threshold("emerging_driver_max_alerts") }} as is_fired
from ranked

with
    segments as (
        select *
        from {{ ref("int_segment_tests") }}
        where grain not in ('overall', 'industry_region_lead_source_deal_stage')
    ),

    measured as (
        select
            *,
            cast(closed_deals as {{ type_double() }}) as deals,
            win_rate - baseline_win_rate as spread,
            baseline_win_rate * (1 - baseline_win_rate) as chance,
            {{ ratio("closed_deals", "closed_deals + rest_deals") }} as own_share
        from segments
    ),

    families as (
        select
            evaluation_date,
            shuffle,
            grain,
            {{ overdispersion("deals", "spread", "chance", "own_share") }} as overdispersion
        from measured
        group by evaluation_date, shuffle, grain
    ),

    weighed as (
        select
            segments.*,
            families.overdispersion,
            {{ prior_deals("families.overdispersion") }} as prior_deals
        from segments
        inner join
            families
            on families.evaluation_date = segments.evaluation_date
            and families.shuffle = segments.shuffle
            and families.grain = segments.grain
    )

select
    *,
    {{ shrunk_rate("won_deals", "closed_deals", "baseline_win_rate", "prior_deals") }}
    as shrunk_win_rate
from weighed

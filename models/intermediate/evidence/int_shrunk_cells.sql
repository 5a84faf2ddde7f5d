{%- set driver = ["industry", "region", "lead_source"] -%}
with
    cells as (
        select *
        from {{ ref("int_segment_tests") }}
        where grain = 'industry_region_lead_source_deal_stage'
    ),
    segments as (
        select * from {{ ref("int_shrunk_segments") }} where grain = 'industry_region_lead_source'
    ),

    -- A cell is drawn to its driver segment, and through it to the baseline: to both it belongs.
    paired as (
        select
            cells.*,
            segments.shrunk_win_rate as segment_win_rate,
            segments.closed_deals as segment_deals,
            coalesce(
                {{ ratio("segments.closed_deals", "segments.closed_deals + segments.prior_deals") }},
                0
            ) as segment_weight
        from cells
        inner join
            segments
            on segments.evaluation_date = cells.evaluation_date
            and segments.shuffle = cells.shuffle
            and {{ same_segment("segments", "cells", driver) }}
    ),

    measured as (
        select
            *,
            cast(closed_deals as {{ type_double() }}) as deals,
            win_rate - segment_win_rate as spread,
            segment_win_rate * (1 - segment_win_rate) as chance,
            closed_deals * (
                segment_weight / segment_deals + (1 - segment_weight) / (closed_deals + rest_deals)
            ) as own_share
        from paired
    ),

    families as (
        select
            evaluation_date,
            shuffle,
            {{ overdispersion("deals", "spread", "chance", "own_share") }} as overdispersion
        from measured
        group by evaluation_date, shuffle
    ),

    weighed as (
        select
            measured.*,
            families.overdispersion,
            {{ prior_deals("families.overdispersion") }} as prior_deals
        from measured
        inner join
            families
            on families.evaluation_date = measured.evaluation_date
            and families.shuffle = measured.shuffle
    )

select
    *,
    {{ shrunk_rate("won_deals", "closed_deals", "segment_win_rate", "prior_deals") }}
    as shrunk_win_rate
from weighed

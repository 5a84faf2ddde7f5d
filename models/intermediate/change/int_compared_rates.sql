with
    segments as (select * from {{ ref("int_compared_outcomes") }}),
    totals as (select * from segments where grain = 'overall'),

    shared as (
        select
            segments.*,
            {{ ratio("segments.volume_before", "totals.volume_before") }} as share_before,
            {{ ratio("segments.volume_after", "totals.volume_after") }} as share_after,
            {{ ratio("segments.won_volume_before", "segments.volume_before") }} as own_rate_before,
            {{ ratio("segments.won_volume_after", "segments.volume_after") }} as own_rate_after,
            {{ ratio("totals.won_volume_before", "totals.volume_before") }} as overall_rate_before,
            {{ ratio("totals.won_volume_after", "totals.volume_after") }} as overall_rate_after,
            {%- for figure in [
                "deals_before",
                "won_deals_before",
                "deals_after",
                "won_deals_after",
            ] %}
                totals.{{ figure }} - segments.{{ figure }} as rest_{{ figure }}
                {{- "," if not loop.last }}
            {%- endfor %}
        from segments
        inner join totals on totals.clock = segments.clock and totals.weight = segments.weight
    )

-- A segment that is absent from one period has that period's overall rate there: what it brings or
-- takes is mix.
select
    *,
    coalesce(own_rate_before, overall_rate_before) as rate_before,
    coalesce(own_rate_after, overall_rate_after) as rate_after,
    case
        when volume_before = 0 and volume_after = 0
        then 'unpriced'
        when volume_before = 0
        then 'new'
        when volume_after = 0
        then 'gone'
        else 'both'
    end as presence
from shared

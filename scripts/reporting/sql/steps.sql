-- One row per step of a waterfall from the win rate before to the one after, for each way to divide
-- the deals: the mix of deals, the win rates of the segments that moved most, and all others.
with
    effects as (
        select
            *,
            coalesce(
                industry, region, lead_source, product_type, deal_size_band
            ) as segment,
            row_number() over (partition by grain order by abs(rate_effect) desc, deals_after desc)
                as place
        from win_rate_change
        where
            clock = 'closed'
            and weight = 'count'
            and grain in (
                'industry', 'region', 'lead_source', 'product_type', 'deal_size_band'
            )
    ),

    summary as (
        select * from win_rate_change_summary where clock = 'closed' and weight = 'count'
    ),

    steps as (
        select grain, 0 as step, 'before' as kind, 'Before' as label, null as effect
        from summary
        where grain in (select grain from effects)
        union all
        select grain, 1, 'mix', 'Mix of deals', mix_effect
        from summary
        where grain in (select grain from effects)
        union all
        select grain, 1 + place, 'rate', segment, rate_effect
        from effects
        where place <= 5
        union all
        select grain, 90, 'rate', 'All others', sum(rate_effect)
        from effects
        where place > 5
        group by grain
        union all
        select grain, 99, 'after', 'After', null
        from summary
        where grain in (select grain from effects)
    )

select
    steps.grain,
    steps.step,
    steps.kind,
    steps.label,
    steps.effect,
    summary.win_rate_before,
    summary.win_rate_after,
    summary.before_starts_on,
    summary.after_starts_on,
    summary.deals_before,
    summary.deals_after,
    case steps.kind
        when 'after'
        then summary.win_rate_after
        else
            summary.win_rate_before
            + coalesce(sum(steps.effect) over (partition by steps.grain order by steps.step), 0)
    end as reaches,
    dense_rank() over (order by coalesce(explained.segment_rank, 9), steps.grain) as grain_place
from steps
inner join summary on summary.grain = steps.grain
left join
    win_rate_explanation as explained
    on explained.grain = steps.grain
    and explained.clock = 'closed'
    and explained.weight = 'count'
    and explained.segment_rank = 1
order by grain_place, steps.grain, steps.step;

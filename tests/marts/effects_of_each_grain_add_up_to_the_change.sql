-- Every promised grain is there, for each clock and weight, and splits the same change of the win
-- rate; by value there is none to split where no deal of a period has an amount.
with
    changes as (select * from {{ ref("win_rate_change") }}),
    trend as (
        select *
        from {{ ref("win_rate_trend") }}
        where period_type = '{{ change_period() }}' and grain = 'overall'
    ),

    rates as (
        select clock, 'count' as weight, period_start, win_rate
        from trend
        union all
        select clock, 'value', period_start, value_win_rate
        from trend
    ),

    compared as (select distinct clock, weight, before_starts_on, after_starts_on from changes),

    promised as (
        select compared.*, grains.grain
        from compared
        cross join ({{ promised_grains() }}) as grains
        where grains.grain <> 'industry_region_lead_source_deal_stage'
    ),

    summed as (
        select clock, weight, grain, sum(rate_effect) + sum(mix_effect) as effects
        from changes
        group by clock, weight, grain
    )

select
    promised.clock,
    promised.weight,
    promised.grain,
    summed.effects,
    rates_before.win_rate as win_rate_before,
    rates_after.win_rate as win_rate_after
from promised
left join
    summed
    on summed.clock = promised.clock
    and summed.weight = promised.weight
    and summed.grain = promised.grain
left join
    rates as rates_before
    on rates_before.clock = promised.clock
    and rates_before.weight = promised.weight
    and rates_before.period_start = promised.before_starts_on
left join
    rates as rates_after
    on rates_after.clock = promised.clock
    and rates_after.weight = promised.weight
    and rates_after.period_start = promised.after_starts_on
where
    abs(summed.effects - (rates_after.win_rate - rates_before.win_rate)) > 1e-9
    or (summed.effects is null) <> (rates_after.win_rate - rates_before.win_rate is null)

{%- set both_clocks = "partition by weight" -%}
with
    segments as (select * from {{ ref("win_rate_change") }}),

    -- What luck gives needs no second opinion: only a claim can be disputed.
    overall as (
        select
            *,
            coalesce(
                min(contribution) over ({{ both_clocks }}) < 0
                and max(contribution) over ({{ both_clocks }}) > 0
                and bool_or(clock = 'closed' and {{ is_more_than_luck("verdict") }}) over (
                    {{ both_clocks }}
                ),
                false
            ) as clocks_disagree
        from segments
        where grain = 'overall'
    ),

    summed as (
        select
            clock,
            weight,
            grain,
            count(*) as segments,
            count(*) filter (where presence = 'new') as new_segments,
            count(*) filter (where presence = 'gone') as gone_segments,
            count(*) filter (where verdict = 'proven') as proven_segments,
            sum(rate_effect) as rate_effect,
            sum(mix_effect) as mix_effect,
            max(
                case
                    when mix_rank = 1 and grain not in ('overall', 'sales_rep_id')
                    then {{ shares_in_words() }}
                end
            ) as mix_leader,
            sqrt(sum(rate_effect_error * rate_effect_error)) as rate_effect_error
        from segments
        group by clock, weight, grain
    ),

    compared as (
        select
            summed.*,
            overall.before_starts_on,
            overall.after_starts_on,
            overall.deals_before,
            overall.deals_after,
            overall.win_rate_before,
            overall.win_rate_after,
            overall.contribution as win_rate_change,
            overall.p_value,
            overall.verdict,
            overall.clocks_disagree
        from summed
        inner join overall on overall.clock = summed.clock and overall.weight = summed.weight
    )

select *, {{ change_headline() }} as headline
from compared

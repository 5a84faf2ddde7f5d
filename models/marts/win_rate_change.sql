with
    rates as (select * from {{ ref("int_change_tests") }}),

    -- Kitagawa (1955), centred: what a segment's own rate did at its mean share, and what its
    -- share did at the distance of its mean rate from everyone's.
    split as (
        select
            *,
            overall_rate_after - overall_rate_before as win_rate_change,
            (rate_after - rate_before) * (share_before + share_after) / 2 as rate_effect,
            (share_after - share_before) * (
                (rate_before + rate_after) / 2 - (overall_rate_before + overall_rate_after) / 2
            ) as mix_effect,
            case when weight = 'count' then {{ rate_effect_error() }} end as rate_effect_error
        from rates
    ),

    totalled as (
        select *, sum(mix_effect) over (partition by clock, weight, grain) as total_mix_effect
        from split
    )

select
    clock,
    weight,
    before_starts_on,
    after_starts_on,
    grain,
    {{ dimensions() | join(",\n    ") }},
    presence,
    deals_before,
    won_deals_before,
    deals_after,
    won_deals_after,
    share_before,
    share_after,
    own_rate_before as win_rate_before,
    own_rate_after as win_rate_after,
    rate_effect,
    mix_effect,
    -- Of the segments that moved the mix the way it went the one that did most comes first.
    cast(
        row_number() over (
            partition by clock, weight, grain
            order by
                case when total_mix_effect < 0 then mix_effect else - mix_effect end nulls last,
                {{ dimensions() | join(", ") }}
        ) as bigint
    ) as mix_rank,
    rate_effect + mix_effect as contribution,
    win_rate_change,
    {{ ratio("(rate_effect + mix_effect)", "win_rate_change") }} as explained_share,
    rate_effect_error,
    z_score,
    p_value,
    q_value,
    verdict,
    coalesce(verdict = 'proven' and z_score * win_rate_change > 0, false) as is_proven_leader
from totalled

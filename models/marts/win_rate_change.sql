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
            case
                when weight = 'count'
                then
                    (share_before + share_after)
                    / 2
                    * sqrt(
                        coalesce({{ ratio("rate_before * (1 - rate_before)", "deals_before") }}, 0)
                        + coalesce({{ ratio("rate_after * (1 - rate_after)", "deals_after") }}, 0)
                    )
            end as rate_effect_error
        from rates
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
    rate_effect + mix_effect as contribution,
    win_rate_change,
    {{ ratio("(rate_effect + mix_effect)", "win_rate_change") }} as explained_share,
    rate_effect_error,
    z_score,
    p_value,
    q_value,
    verdict,
    coalesce(verdict = 'proven' and z_score * win_rate_change > 0, false) as is_proven_leader
from split

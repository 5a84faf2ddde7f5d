with
    drivers as (select * from {{ ref("win_rate_drivers") }}),

    ranked as (
        select
            *, driver_rank as rank_from_best, count(*) over () + 1 - driver_rank as rank_from_worst
        from drivers
        where driver_score is not null
    ),

    -- With few segments the two ends would meet: each segment belongs to the end it is nearer to.
    dealt as (
        select
            *,
            case when rank_from_best <= rank_from_worst then 'uplift' else 'risk' end as card_type,
            least(rank_from_best, rank_from_worst) as card_rank
        from ranked
    )

select
    card_type,
    card_rank,
    industry,
    region,
    lead_source,
    closed_deals,
    won_deals,
    win_rate,
    avg_deal_amount,
    deals_without_amount,
    lift,
    driver_score,
    verdict,
    {{ segment_label(["industry", "region", "lead_source"]) }}
    || ' wins '
    || {{ as_percent("win_rate") }}
    || ' of '
    || {{ as_count("closed_deals", "closed deal") }}
    || ', '
    || {{ as_points("abs(lift)") }}
    || case when lift >= 0 then ' above' else ' below' end
    || ' the baseline ('
    || {{ verdict_in_words("verdict") }}
    || '); an average deal is '
    || {{ as_money("avg_deal_amount") }}
    || '.' as headline
from dealt
where card_rank <= {{ threshold("insight_cards_per_type") }}

with
    daily as (select * from {{ ref("int_daily_outcomes") }}),

    summed as (
        select
            grain,
            {{ dimensions() | join(",\n            ") }},
            sum(deals) as closed_deals,
            sum(won_deals) as won_deals,
            sum(deals_without_amount) as deals_without_amount,
            {{ total_amount("amount") }} as closed_amount,
            {{ total_amount("won_amount") }} as won_amount
        from daily
        where clock = 'closed'
        group by grain, {{ dimensions() | join(", ") }}
    )

select
    grain,
    {{ dimensions() | join(",\n    ") }},
    cast(closed_deals as bigint) as closed_deals,
    cast(won_deals as bigint) as won_deals,
    {{ ratio("won_deals", "closed_deals") }} as win_rate,
    closed_amount,
    won_amount,
    {{ ratio("won_amount", "closed_amount") }} as value_win_rate,
    {{ ratio("closed_amount", "closed_deals - deals_without_amount") }} as avg_deal_amount,
    cast(deals_without_amount as bigint) as deals_without_amount
from summed

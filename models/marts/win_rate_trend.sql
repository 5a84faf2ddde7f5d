with periods as (select * from {{ ref("int_period_outcomes") }})

select
    period_type,
    period_start,
    period_end,
    clock,
    period_status,
    period_status = 'complete' as is_complete,
    grain,
    {{ dimensions() | join(",\n    ") }},
    deals,
    won_deals,
    {{ ratio("won_deals", "deals") }} as win_rate,
    {{ wilson_low("won_deals", "deals") }} as win_rate_low,
    {{ wilson_high("won_deals", "deals") }} as win_rate_high,
    amount,
    won_amount,
    {{ ratio("won_amount", "amount") }} as value_win_rate,
    deals_without_amount
from periods

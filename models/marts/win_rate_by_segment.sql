with evidence as (select * from {{ ref("int_segment_evidence") }} where is_as_of)

select
    grain,
    {{ dimensions() | join(",\n    ") }},
    closed_deals,
    won_deals,
    win_rate,
    win_rate_low,
    win_rate_high,
    shrunk_win_rate,
    p_value,
    q_value,
    verdict,
    closed_amount,
    won_amount,
    {{ ratio("won_amount", "closed_amount") }} as value_win_rate,
    {{ ratio("closed_amount", "closed_deals - deals_without_amount") }} as avg_deal_amount,
    deals_without_amount
from evidence

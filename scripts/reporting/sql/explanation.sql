-- One row per segment of the list that explains the change of the win rate.
select
    nullif(concat_ws(' / ', industry, region, lead_source, product_type, deal_size_band), '') as segment,
    contribution,
    explained_share_so_far,
    win_rate_before,
    win_rate_after,
    deals_before,
    deals_after,
    verdict
from win_rate_explanation
where clock = 'closed' and weight = 'count'
order by segment_rank;

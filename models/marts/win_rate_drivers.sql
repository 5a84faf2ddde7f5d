with
    segments as (select * from {{ ref("win_rate_by_segment") }}),
    baseline as (select * from {{ ref("win_rate_baseline") }}),

    scored as (
        select
            segments.industry,
            segments.region,
            segments.lead_source,
            segments.closed_deals,
            segments.won_deals,
            segments.win_rate,
            segments.avg_deal_amount,
            segments.deals_without_amount,
            segments.win_rate - baseline.win_rate as lift,
            segments.win_rate * segments.avg_deal_amount as driver_score
        from segments
        cross join baseline
        where segments.grain = 'industry_region_lead_source'
    )

select
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
    row_number() over (
        order by driver_score desc nulls last, industry, region, lead_source
    ) as driver_rank
from scored

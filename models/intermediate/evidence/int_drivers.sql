with
    segments as (
        select *
        from {{ ref("int_segment_evidence") }}
        where grain = 'industry_region_lead_source' and is_replayed
    ),

    measured as (
        select
            *,
            win_rate - baseline_win_rate as lift,
            {{ ratio("closed_amount", "closed_deals - deals_without_amount") }} as avg_deal_amount
        from segments
    ),

    scored as (select *, win_rate * avg_deal_amount as driver_score from measured)

select
    *,
    cast(
        row_number() over (
            partition by evaluation_date, shuffle
            order by driver_score desc nulls last, industry, region, lead_source
        ) as bigint
    ) as driver_rank
from scored

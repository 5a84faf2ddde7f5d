-- Every pipeline deal has a score as soon as a deal has closed, and the bands count the deals that
-- were given them.
with
    baseline as (select * from {{ ref("win_rate_baseline") }}),
    pipeline as (select * from {{ ref("deals") }} where is_pipeline),
    scored as (select * from {{ ref("deal_risk") }}),
    bands as (select * from {{ ref("pipeline_by_risk_band") }}),

    unscored as (
        select pipeline.deal_id
        from pipeline
        cross join baseline
        left join scored on scored.deal_id = pipeline.deal_id
        where
            scored.risk_band is null
            or (baseline.closed_deals > 0 and scored.segment_win_probability is null)
    ),

    counted as (
        select
            risk_band,
            count(*) as deals,
            {{ total_amount("deal_amount") }} as amount,
            count(*) filter (where deal_amount is null) as deals_without_amount
        from scored
        group by risk_band
    )

select 'not scored' as problem, deal_id as deal_or_band, null as deals, null as scored_deals
from unscored
union all
select
    'band with other deals',
    coalesce(bands.risk_band, counted.risk_band),
    bands.deals,
    counted.deals
from bands
full outer join counted on counted.risk_band = bands.risk_band
where
    bands.deals is distinct from counted.deals
    or bands.amount is distinct from counted.amount
    or bands.deals_without_amount is distinct from counted.deals_without_amount

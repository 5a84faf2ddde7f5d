with
    deals as (select * from {{ ref("deals") }}),

    counted as (
        select
            case
                when grouping(industry) = 0
                then 'industry'
                when grouping(region) = 0
                then 'region'
                when grouping(sales_rep_id) = 0
                then 'sales_rep_id'
                else 'overall'
            end as dimension,
            coalesce(industry, region, sales_rep_id, 'All') as segment,
            count(*) filter (where is_closed) as closed_deals,
            count(*) filter (where is_won) as won_deals,
            count(*) filter (where is_pipeline) as pipeline_deals,
            count(*) filter (where is_pipeline and is_high_intent_source) as high_intent_deals,
            count(*) filter (where is_pipeline and deal_amount is not null) as priced_deals,
            {{ total_amount("deal_amount", where="is_pipeline") }} as pipeline_amount,
            count(*) filter (where is_closed and is_late_stage) as late_stage_deals,
            count(*) filter (
                where is_closed and is_late_stage and not is_won
            ) as late_stage_lost_deals
        from deals
        group by grouping sets ((), (industry), (region), (sales_rep_id))
        -- Over no deals at all the empty set still gives a row.
        having count(*) > 0
    ),

    measured as (
        select
            *,
            {{ ratio("won_deals", "closed_deals") }} as win_rate,
            {{ ratio("pipeline_amount", "priced_deals") }} as avg_pipeline_amount,
            {{ ratio("high_intent_deals", "pipeline_deals") }} as high_intent_share
        from counted
    ),

    scaled as (
        select
            *,
            {{ min_max_scaled("win_rate", "dimension") }} as win_rate_score,
            {{ min_max_scaled("avg_pipeline_amount", "dimension") }} as deal_amount_score,
            {{ min_max_scaled("high_intent_share", "dimension") }} as high_intent_score
        from measured
    )

select
    dimension,
    segment,
    closed_deals,
    pipeline_deals,
    pipeline_deals - priced_deals as pipeline_deals_without_amount,
    win_rate,
    avg_pipeline_amount,
    high_intent_share,
    win_rate_score,
    deal_amount_score,
    high_intent_score,
    (win_rate_score + deal_amount_score + high_intent_score) / 3 as pipeline_quality_index,
    late_stage_deals,
    {{ ratio("late_stage_lost_deals", "late_stage_deals") }} as late_stage_drop_off_rate
from scaled

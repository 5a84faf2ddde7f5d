{%- set cell = ["industry", "region", "lead_source", "deal_stage"] -%}
with
    scores as (select * from {{ ref("int_cell_scores") }} where is_in_force),
    pipeline as (
        select *
        from {{ ref("int_segment_pipeline") }}
        where grain = 'industry_region_lead_source_deal_stage'
    )

select
    scores.evaluation_date,
    scores.shuffle,
    scores.risk_band,
    cast(sum(pipeline.pipeline_deals) as bigint) as deals,
    cast(sum(pipeline.deals_without_amount) as bigint) as deals_without_amount,
    {{ total_amount("pipeline.pipeline_amount") }} as amount
from scores
inner join
    pipeline
    on pipeline.evaluation_date = scores.evaluation_date
    and {{ same_segment("pipeline", "scores", cell) }}
group by scores.evaluation_date, scores.shuffle, scores.risk_band

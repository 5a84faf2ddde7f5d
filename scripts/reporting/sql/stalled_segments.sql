-- One row per segment and stage with a stalled deal, most money first; twenty of them at most.
select
    industry,
    region,
    deal_stage,
    pipeline_deals,
    stalled_deals,
    stalled_amount,
    stall_limit_days,
    median_days,
    closed_deals
from stage_pace
where stalled_deals > 0
order by stalled_amount desc, stalled_deals desc, industry, region, deal_stage
limit 20;

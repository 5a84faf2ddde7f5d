-- One row per deal in the pipeline, those with most money at risk first; a thousand of them at most.
select
    deal_id,
    sales_rep_id,
    industry,
    region,
    lead_source,
    deal_stage,
    deal_amount,
    amount_at_risk,
    segment_win_probability,
    age_days,
    stall_limit_days,
    case
        when is_critically_stalled then 'far beyond its limit'
        when is_stalled then 'beyond its limit'
        when stall_limit_days is null then 'no limit known'
        else 'within its limit'
    end as stalling,
    is_stalled,
    risk_reasons
from deal_risk
order by amount_at_risk desc nulls last, deal_amount desc nulls last, age_days desc, deal_id
limit 1000;

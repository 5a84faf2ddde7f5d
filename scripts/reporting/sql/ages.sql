-- One row per stage and tenth of the stall limit that open deals have reached: how old they are.
select
    deal_stage,
    least(20, cast(floor(10 * age_days / nullif(stall_limit_days, 0)) as integer)) as tenth,
    count(*) as deals,
    sum(coalesce(deal_amount, 0)) as amount,
    bool_or(is_stalled) as is_stalled
from deal_risk
where stall_limit_days is not null
group by all
order by deal_stage, tenth;

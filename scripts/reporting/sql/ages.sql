-- One row per stage and tenth of the stall limit that open deals have reached: how old they are; the
-- twelve stages with most deals. Twice the limit and more is the last tenth.
with
    reached as (
        select
            *,
            least(20, cast(floor(10 * age_days / nullif(stall_limit_days, 0)) as integer)) as tenth,
            count(*) over (partition by deal_stage) as stage_deals
        from deal_risk
        where stall_limit_days is not null
    ),

    placed as (
        select *, dense_rank() over (order by stage_deals desc, deal_stage) as stage_place
        from reached
    )

select
    deal_stage,
    coalesce(tenth, 20) as tenth,
    is_stalled,
    count(*) as deals,
    sum(coalesce(deal_amount, 0)) as amount
from placed
where stage_place <= 12
group by all
order by deal_stage, tenth, is_stalled;

-- How many open deals are beyond the limits of their segments, as of each month-end.
create or replace table int_stalling as
with
    counted as (
        select
            ages.evaluation_date,
            ages.industry,
            ages.region,
            ages.deal_stage,
            sum(ages.deals) as pipeline_deals,
            sum(ages.amount) as pipeline_amount,
            sum(ages.deals) filter (where ages.duration_days > limits.stall_limit_days) as stalled_deals,
            sum(ages.amount) filter (
                where ages.duration_days > limits.stall_limit_days
            ) as stalled_amount,
            sum(ages.deals - ages.priced_deals) filter (
                where ages.duration_days > limits.stall_limit_days
            ) as stalled_deals_without_amount
        from open_ages as ages
        inner join int_stall_limits as limits using (evaluation_date, industry, region, deal_stage)
        group by all
    )
select
    limits.*,
    cast(coalesce(counted.pipeline_deals, 0) as bigint) as pipeline_deals,
    cast(coalesce(counted.stalled_deals, 0) as bigint) as stalled_deals,
    cast(coalesce(counted.stalled_amount, 0) as decimal(18, 2)) as stalled_amount,
    case
        when counted.pipeline_deals is not null
        then
            cast(coalesce(counted.stalled_amount, 0) as double) / nullif(
                cast(
                    sum(counted.pipeline_amount) over (
                        partition by limits.evaluation_date
                    ) as double
                ),
                0
            )
    end as stalled_amount_share,
    cast(
        coalesce(counted.stalled_deals_without_amount, 0) as bigint
    ) as stalled_deals_without_amount
from int_stall_limits as limits
left join counted using (evaluation_date, industry, region, deal_stage);

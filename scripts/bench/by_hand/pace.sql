-- How old deals get, as of each month-end: out of the counts.
create or replace table closed_ages as
select evaluation_date, industry, region, deal_stage, duration_days, sum(deals) as deals
from closed_cycles
inner join int_evaluations on is_replayed and closed_until <= evaluation_date
group by all;

create or replace table open_ages as
select
    evaluation_date,
    industry,
    region,
    deal_stage,
    evaluation_date - created_date as duration_days,
    sum(deals) as deals,
    sum(priced_deals) as priced_deals,
    sum(amount) as amount
from created_cells
inner join
    int_evaluations
    on is_replayed
    and created_date <= evaluation_date
    and (closed_until is null or closed_until > evaluation_date)
group by all;

create or replace table int_durations as
with
    ages as (
        select evaluation_date, industry, region, deal_stage, duration_days, deals, deals as closings
        from closed_ages
        union all
        select evaluation_date, industry, region, deal_stage, duration_days, deals, 0
        from open_ages
    )
select
    evaluation_date,
    case
        when grouping(deal_stage) = 0
        then 'industry_region_deal_stage'
        when grouping(industry) = 0
        then 'industry_region'
        else 'overall'
    end as pace_grain,
    industry,
    region,
    deal_stage,
    duration_days,
    cast(sum(deals) as bigint) as deals,
    cast(sum(closings) as bigint) as closings
from ages
group by
    evaluation_date,
    duration_days,
    grouping sets ((), (industry, region), (industry, region, deal_stage));

-- The median out of counts: the middle age, or halfway between the two in the middle.
create or replace table int_median_cycles as
with
    counted as (
        select
            *,
            sum(deals) over (cell order by duration_days) as deals_so_far,
            sum(deals) over cell as all_deals
        from closed_ages
        window cell as (partition by evaluation_date, industry, region, deal_stage)
    )
select
    evaluation_date,
    industry,
    region,
    deal_stage,
    (
        min(duration_days) filter (where deals_so_far > (all_deals - 1) // 2)
        + min(duration_days) filter (where deals_so_far > all_deals // 2)
    ) / 2.0 as median_cycle_days
from counted
group by evaluation_date, industry, region, deal_stage;

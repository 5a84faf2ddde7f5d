-- The passes over all deals: each counts at once whatever is asked of its cells.

-- By the day of creation, and by the evaluation on which a deal was first seen closed (none: open).
create or replace table created_cells as
with
    as_of as (select as_of_date from as_of),
    known as (
        select
            deal_rows.*,
            case
                when closed_date <= as_of_date then least(last_day(closed_date), as_of_date)
            end as closed_until,
            coalesce(outcome = 'Won' and closed_date <= as_of_date, false) as is_won,
            coalesce(
                outcome = 'Won' and closed_date <= as_of_date and closed_date - created_date <= 90, false
            ) as is_won_in_time
        from deal_rows
        inner join as_of on created_date <= as_of_date
    )
select
    created_date,
    closed_until,
    industry,
    region,
    lead_source,
    deal_stage,
    count(*) as deals,
    count(*) filter (where is_won) as won_deals,
    count(*) filter (where is_won_in_time) as won_in_time_deals,
    count(deal_amount) as priced_deals,
    sum(deal_amount) as amount,
    sum(deal_amount) filter (where is_won_in_time) as won_in_time_amount
from known
group by all;

-- By the day of closing.
create or replace table closed_cells as
select
    closed_date,
    industry,
    region,
    lead_source,
    deal_stage,
    count(*) as deals,
    count(*) filter (where outcome = 'Won') as won_deals,
    count(deal_amount) as priced_deals,
    sum(deal_amount) as amount,
    sum(deal_amount) filter (where outcome = 'Won') as won_amount
from deal_rows
inner join as_of on created_date <= as_of_date and closed_date <= as_of_date
group by all;

-- The dimensions that are only looked at one by one.
create or replace macro size_band(amount) as
    case
        when amount is null then 'Unknown'
        when amount < 10000 then 'small'
        when amount < 25000 then 'mid'
        when amount < 50000 then 'upper_mid'
        else 'enterprise'
    end;

create or replace table created_others as
select
    created_date,
    product_type,
    sales_rep_id,
    size_band(deal_amount) as deal_size_band,
    count(*) as deals,
    count(*) filter (
        where outcome = 'Won' and closed_date <= as_of_date and closed_date - created_date <= 90
    ) as won_deals,
    count(deal_amount) as priced_deals,
    sum(deal_amount) as amount,
    sum(deal_amount) filter (
        where outcome = 'Won' and closed_date <= as_of_date and closed_date - created_date <= 90
    ) as won_amount
from deal_rows
inner join as_of on created_date <= as_of_date
group by all;

create or replace table closed_others as
select
    closed_date,
    product_type,
    sales_rep_id,
    size_band(deal_amount) as deal_size_band,
    count(*) as deals,
    count(*) filter (where outcome = 'Won') as won_deals,
    count(deal_amount) as priced_deals,
    sum(deal_amount) as amount,
    sum(deal_amount) filter (where outcome = 'Won') as won_amount
from deal_rows
inner join as_of on created_date <= as_of_date and closed_date <= as_of_date
group by all;

create or replace table closed_cycles as
select
    least(last_day(closed_date), as_of_date) as closed_until,
    industry,
    region,
    deal_stage,
    closed_date - created_date as duration_days,
    count(*) as deals,
    count(*) filter (where closed_date - created_date <> reported_cycle_days) as misreported_deals,
    count(reported_cycle_days) as reported_deals
from deal_rows
inner join as_of on created_date <= as_of_date and closed_date <= as_of_date
group by all;

create or replace table rep_cells as
select
    sales_rep_id,
    lead_source,
    deal_stage,
    coalesce(closed_date <= as_of_date, false) as is_closed,
    count(*) as deals,
    count(*) filter (where outcome = 'Won') as won_deals,
    count(deal_amount) as priced_deals,
    sum(deal_amount) as amount
from deal_rows
inner join as_of on created_date <= as_of_date
group by all;

create or replace table int_daily_outcomes as
with
    by_cell as (
        select
            'created' as clock,
            created_date as outcome_date,
            industry,
            region,
            lead_source,
            deal_stage,
            deals,
            won_in_time_deals as won_deals,
            priced_deals,
            amount,
            won_in_time_amount as won_amount
        from created_cells
        union all
        select 'closed' as clock, *
        from closed_cells
    ),

    others as (
        select 'created' as clock, created_date as outcome_date, * exclude (created_date)
        from created_others
        union all
        select 'closed' as clock, *
        from closed_others
    ),

    summed as (
        select
            clock,
            outcome_date,
            industry,
            region,
            lead_source,
            deal_stage,
            null as product_type,
            null as sales_rep_id,
            null as deal_size_band,
            case
                when grouping(deal_stage) = 0 and grouping(industry) = 0
                then 'industry_region_lead_source_deal_stage'
                when grouping(deal_stage) = 0
                then 'deal_stage'
                else
                    coalesce(
                        nullif(
                            concat_ws(
                                '_',
                                case when grouping(industry) = 0 then 'industry' end,
                                case when grouping(region) = 0 then 'region' end,
                                case when grouping(lead_source) = 0 then 'lead_source' end
                            ),
                            ''
                        ),
                        'overall'
                    )
            end as grain,
            sum(deals) as deals,
            sum(won_deals) as won_deals,
            sum(priced_deals) as priced_deals,
            sum(amount) as amount,
            sum(won_amount) as won_amount
        from by_cell
        group by
            clock,
            outcome_date,
            grouping sets (
                (),
                (industry),
                (region),
                (lead_source),
                (deal_stage),
                (industry, region),
                (industry, lead_source),
                (region, lead_source),
                (industry, region, lead_source),
                (industry, region, lead_source, deal_stage)
            )
        union all
        select
            clock,
            outcome_date,
            null,
            null,
            null,
            null,
            product_type,
            sales_rep_id,
            deal_size_band,
            case
                when grouping(product_type) = 0
                then 'product_type'
                when grouping(sales_rep_id) = 0
                then 'sales_rep_id'
                else 'deal_size_band'
            end,
            sum(deals),
            sum(won_deals),
            sum(priced_deals),
            sum(amount),
            sum(won_amount)
        from others
        group by
            clock, outcome_date, grouping sets ((product_type), (sales_rep_id), (deal_size_band))
    )

select
    clock,
    outcome_date,
    grain,
    industry,
    region,
    lead_source,
    deal_stage,
    product_type,
    sales_rep_id,
    deal_size_band,
    cast(deals as bigint) as deals,
    cast(won_deals as bigint) as won_deals,
    cast(deals - priced_deals as bigint) as deals_without_amount,
    cast(coalesce(amount, 0) as decimal(18, 2)) as amount,
    cast(coalesce(won_amount, 0) as decimal(18, 2)) as won_amount
from summed;

-- Under the name by which the statements that follow ask which cells occur.
create or replace view int_deal_groups as from created_cells;

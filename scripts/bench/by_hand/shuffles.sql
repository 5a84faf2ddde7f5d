-- Outcomes handed out anew, of a book small enough for it. They are asked about on the as-of date
-- alone, so that of the day of closing only the window matters in which it lies.
create or replace table int_shuffled_outcomes as
with
    numbered as (
        select
            deal_id,
            industry,
            region,
            lead_source,
            deal_stage,
            product_type,
            sales_rep_id,
            deal_size_band,
            deal_amount,
            is_won,
            case
                when closed_date >= as_of_date - 90
                then as_of_date
                when closed_date >= as_of_date - 360
                then as_of_date - 91
                else as_of_date - 361
            end as closed_date,
            row_number() over (order by deal_id) as place
        from deals
        where is_closed and (select sum(deals) from closed_cells) <= 200000
    ),
    drawn as (
        select
            shuffle,
            place,
            row_number() over (
                partition by shuffle order by md5(deal_id || '|' || shuffle), deal_id
            ) as drawn_place
        from numbered
        cross join range(1, 21) as shuffles(shuffle)
    ),
    shuffled as (
        select drawn.shuffle, numbered.*, giver.is_won as is_win
        from drawn
        inner join numbered on numbered.place = drawn.place
        inner join numbered as giver on giver.place = drawn.drawn_place
    )

select
    cast(shuffle as integer) as shuffle,
    closed_date as outcome_date,
    case
        when grouping(deal_stage) = 0 and grouping(industry) = 0
        then 'industry_region_lead_source_deal_stage'
        when grouping(deal_stage) = 0
        then 'deal_stage'
        when grouping(product_type) = 0
        then 'product_type'
        when grouping(sales_rep_id) = 0
        then 'sales_rep_id'
        when grouping(deal_size_band) = 0
        then 'deal_size_band'
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
    industry,
    region,
    lead_source,
    deal_stage,
    product_type,
    sales_rep_id,
    deal_size_band,
    count(*) as deals,
    count(*) filter (where is_win) as won_deals,
    count(*) filter (where deal_amount is null) as deals_without_amount,
    cast(coalesce(sum(deal_amount), 0) as decimal(18, 2)) as amount,
    cast(coalesce(sum(deal_amount) filter (where is_win), 0) as decimal(18, 2)) as won_amount
from shuffled
group by
    shuffle,
    closed_date,
    grouping sets (
        (),
        (industry),
        (region),
        (lead_source),
        (deal_stage),
        (product_type),
        (sales_rep_id),
        (deal_size_band),
        (industry, region),
        (industry, lead_source),
        (region, lead_source),
        (industry, region, lead_source),
        (industry, region, lead_source, deal_stage)
    );

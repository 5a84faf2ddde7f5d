-- The quality of the pipeline and of the data: out of the counts.
create or replace table pipeline_quality as
with
    by_cell as (
        select
            industry,
            region,
            null as sales_rep_id,
            lead_source,
            deal_stage,
            closed_until is not null as is_closed,
            sum(deals) as deals,
            sum(won_deals) as won_deals,
            sum(priced_deals) as priced_deals,
            sum(amount) as amount
        from created_cells
        group by all
    ),
    cells as (
        select 'overall' as dimension, 'All' as segment, * exclude (industry, region, sales_rep_id)
        from by_cell
        union all
        select 'industry', industry, * exclude (industry, region, sales_rep_id)
        from by_cell
        union all
        select 'region', region, * exclude (industry, region, sales_rep_id)
        from by_cell
        union all
        select 'sales_rep_id', *
        from rep_cells
    ),
    counted as (
        select
            dimension,
            segment,
            sum(deals) filter (where is_closed) as closed_deals,
            sum(won_deals) filter (where is_closed) as won_deals,
            sum(deals) filter (where not is_closed) as pipeline_deals,
            sum(deals) filter (
                where not is_closed and lead_source in ('Inbound', 'Referral')
            ) as high_intent_deals,
            sum(priced_deals) filter (where not is_closed) as priced_deals,
            coalesce(sum(amount) filter (where not is_closed), 0) as pipeline_amount,
            sum(deals) filter (
                where is_closed and deal_stage in ('Proposal', 'Negotiation', 'Closed')
            ) as late_stage_deals,
            sum(deals - won_deals) filter (
                where is_closed and deal_stage in ('Proposal', 'Negotiation', 'Closed')
            ) as late_stage_lost_deals
        from cells
        group by all
    ),
    measured as (
        select
            dimension,
            segment,
            cast(coalesce(closed_deals, 0) as bigint) as closed_deals,
            cast(coalesce(pipeline_deals, 0) as bigint) as pipeline_deals,
            cast(
                coalesce(pipeline_deals, 0) - coalesce(priced_deals, 0) as bigint
            ) as pipeline_deals_without_amount,
            cast(won_deals as double) / closed_deals as win_rate,
            cast(pipeline_amount as double) / nullif(priced_deals, 0) as avg_pipeline_amount,
            cast(coalesce(high_intent_deals, 0) as double) / pipeline_deals as high_intent_share,
            cast(coalesce(late_stage_deals, 0) as bigint) as late_stage_deals,
            cast(late_stage_lost_deals as double) / late_stage_deals as late_stage_drop_off_rate
        from counted
    ),
    scaled as (
        select
            *,
            (win_rate - min(win_rate) over of_dimension)
            / nullif(
                max(win_rate) over of_dimension - min(win_rate) over of_dimension, 0
            ) as win_rate_score,
            (avg_pipeline_amount - min(avg_pipeline_amount) over of_dimension)
            / nullif(
                max(avg_pipeline_amount) over of_dimension
                - min(avg_pipeline_amount) over of_dimension,
                0
            ) as deal_amount_score,
            (high_intent_share - min(high_intent_share) over of_dimension)
            / nullif(
                max(high_intent_share) over of_dimension
                - min(high_intent_share) over of_dimension,
                0
            ) as high_intent_score
        from measured
        window of_dimension as (partition by dimension)
    )
select
    *,
    (win_rate_score + deal_amount_score + high_intent_score) / 3 as pipeline_quality_index
from scaled;

create or replace table data_quality as
with
    rejected as (
        select * from rejected_rows, as_of where coalesce(created_date <= as_of_date, true)
    ),
    totals as (
        select
            (select coalesce(sum(deals), 0) from created_cells) as known_deals,
            (select count(*) from rejected) as rejected_deals
    ),
    categories as (
        select
            spellings.*,
            spellings.meaning = 'Unknown' as is_empty,
            spellings.spelling <> spellings.meaning and spellings.meaning <> 'Unknown' as is_repaired,
            spellings.meaning <> 'Unknown'
            and spellings.meaning not in (
                select value from segment_aliases where dimension = spellings.dimension
            ) as is_unknown
        from spellings
        where spellings.dimension <> 'sales_rep_id'
    ),
    checks as (
        select
            'rejected_' || rejection_reason as check_name,
            'rejected' as category,
            (
                select count(*)
                from rejected
                where list_contains(string_split(reasons, '; '), rejection_reason)
            ) as rows,
            (select known_deals + rejected_deals from totals) as out_of
        from rejection_reasons
        union all
        select
            kind || '_' || dimension,
            kind,
            coalesce(
                sum(deals) filter (
                    where
                        case kind
                            when 'empty' then is_empty
                            when 'repaired' then is_repaired
                            else is_unknown
                        end
                ),
                0
            ),
            sum(deals)
        from categories
        cross join (values ('empty'), ('repaired'), ('unknown')) as kinds(kind)
        group by all
        union all
        select 'missing_amount', 'missing', sum(deals - priced_deals), sum(deals)
        from created_cells
        union all
        select 'cycle_days_disagree', 'suspicious', sum(misreported_deals), sum(reported_deals)
        from closed_cycles
        union all
        select
            'won_at_early_stage',
            'suspicious',
            sum(won_deals) filter (where deal_stage in ('Qualified', 'Demo')),
            sum(won_deals)
        from closed_cells
        union all
        select
            'lost_at_closed',
            'suspicious',
            sum(deals - won_deals) filter (where deal_stage = 'Closed'),
            sum(deals - won_deals)
        from closed_cells
    )
select
    check_name,
    category,
    cast(coalesce(rows, 0) as bigint) as rows,
    cast(coalesce(out_of, 0) as bigint) as out_of,
    cast(coalesce(rows, 0) as double) / nullif(out_of, 0) as share,
    cast(null as bigint) as days,
    as_of_date
from checks
cross join as_of
union all
select
    'days_since_last_activity',
    'freshness',
    null,
    null,
    null,
    as_of_date - greatest(
        (select max(created_date) from created_cells), (select max(closed_date) from closed_cells)
    ),
    as_of_date
from as_of;

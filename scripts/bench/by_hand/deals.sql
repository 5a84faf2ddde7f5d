-- Deals as they are known on the as-of date: a view over the one table that holds them. What has to be
-- put right is put right where it stands, so that a clean book pays for the looking only.
update deal_rows
set outcome = segment_aliases.value
from segment_aliases
where
    deal_rows.outcome not in ('Won', 'Lost', 'Open')
    and segment_aliases.dimension = 'outcome'
    and segment_aliases.alias = lower(trim(deal_rows.outcome));

create or replace table rejected_rows as
with
    faulty as (
        select
            rowid as row_number,
            created_date,
            concat_ws(
                '; ',
                case when deal_id is null then 'missing_deal_id' end,
                case
                    when created_date is null and coalesce(unread not like '%created_date%', true)
                    then 'missing_created_date'
                end,
                unread,
                case when deal_amount < 0 then 'negative_amount' end,
                case when closed_date < created_date then 'closed_before_created' end,
                case when outcome not in ('Won', 'Lost', 'Open') then 'unknown_outcome' end,
                case
                    when
                        outcome in ('Won', 'Lost')
                        and closed_date is null
                        and coalesce(unread not like '%closed_date%', true)
                    then 'closed_without_closed_date'
                end
            ) as reasons
        from deal_rows
        where
            deal_id is null
            or created_date is null
            or unread is not null
            or deal_amount < 0
            or closed_date < created_date
            or outcome not in ('Won', 'Lost', 'Open')
            or (outcome <> 'Open' and closed_date is null)
    ),

    -- A hash is quicker to count than the text; what shares one is then compared as it is.
    repeated as (
        select hash(deal_id) as deal_hash
        from deal_rows
        group by hash(deal_id)
        having count(*) > 1
    ),

    compared as (
        select
            rowid as row_number,
            created_date,
            hash(deal_rows) as row_hash,
            first_value(hash(deal_rows)) over later_first as kept_hash,
            row_number() over later_first as recency
        from deal_rows
        where
            hash(deal_id) in (select deal_hash from repeated)
            and rowid not in (select row_number from faulty)
        window later_first as (partition by deal_id order by rowid desc)
    )

select row_number, created_date, reasons
from faulty
union all
select
    row_number,
    created_date,
    case when row_hash = kept_hash then 'duplicate' else 'superseded' end
from compared
where recency > 1;

delete from deal_rows
where rowid in (select row_number from rejected_rows);

create or replace table as_of as
with
    bounds as (
        select
            coalesce(bool_or(outcome = 'Open'), false) as has_open_deals,
            min(created_date) as history_starts_on,
            max(created_date) as last_created_date,
            max(closed_date) as last_closed_date
        from deal_rows
    )
select
    case
        when has_open_deals then greatest(last_created_date, last_closed_date) else last_created_date
    end as as_of_date,
    case when has_open_deals then 'live_extract' else 'historical_extract' end as decided_by,
    history_starts_on,
    getvariable('file') as read_from
from bounds;

-- Each spelling once, how often it comes, and what it stands for.
create or replace table spellings as
with
    known as (select * from deal_rows where created_date <= (select as_of_date from as_of)),

    counted as (
        select 'industry' as dimension, industry as spelling, count(*) as deals
        from known
        group by all
        union all
        select 'region', region, count(*)
        from known
        group by all
        union all
        select 'product_type', product_type, count(*)
        from known
        group by all
        union all
        select 'lead_source', lead_source, count(*)
        from known
        group by all
        union all
        select 'deal_stage', deal_stage, count(*)
        from known
        group by all
        union all
        select 'sales_rep_id', sales_rep_id, count(*)
        from known
        group by all
    ),

    cleaned as (
        select
            *,
            nullif(trim(regexp_replace(spelling, '[\s\p{Z}\p{Cc}]+', ' ', 'g')), '') as clean_spelling
        from counted
    )

select
    cleaned.dimension,
    cleaned.spelling,
    coalesce(segment_aliases.value, cleaned.clean_spelling, 'Unknown') as meaning,
    cleaned.deals
from cleaned
left join
    segment_aliases
    on segment_aliases.dimension = cleaned.dimension
    and segment_aliases.alias = lower(cleaned.clean_spelling);

update deal_rows
set industry = spellings.meaning
from spellings
where
    spellings.dimension = 'industry'
    and spellings.spelling is distinct from spellings.meaning
    and deal_rows.industry is not distinct from spellings.spelling;

update deal_rows
set region = spellings.meaning
from spellings
where
    spellings.dimension = 'region'
    and spellings.spelling is distinct from spellings.meaning
    and deal_rows.region is not distinct from spellings.spelling;

update deal_rows
set product_type = spellings.meaning
from spellings
where
    spellings.dimension = 'product_type'
    and spellings.spelling is distinct from spellings.meaning
    and deal_rows.product_type is not distinct from spellings.spelling;

update deal_rows
set lead_source = spellings.meaning
from spellings
where
    spellings.dimension = 'lead_source'
    and spellings.spelling is distinct from spellings.meaning
    and deal_rows.lead_source is not distinct from spellings.spelling;

update deal_rows
set deal_stage = spellings.meaning
from spellings
where
    spellings.dimension = 'deal_stage'
    and spellings.spelling is distinct from spellings.meaning
    and deal_rows.deal_stage is not distinct from spellings.spelling;

update deal_rows
set sales_rep_id = spellings.meaning
from spellings
where
    spellings.dimension = 'sales_rep_id'
    and spellings.spelling is distinct from spellings.meaning
    and deal_rows.sales_rep_id is not distinct from spellings.spelling;

create or replace view deals as
with
    known as (
        select
            deal_rows.*,
            as_of.as_of_date,
            coalesce(deal_rows.closed_date <= as_of.as_of_date, false) as is_closed
        from deal_rows
        inner join as_of on deal_rows.created_date <= as_of.as_of_date
    )
select
    deal_id,
    sales_rep_id,
    industry,
    region,
    product_type,
    lead_source,
    deal_stage,
    case
        when deal_amount is null then 'Unknown'
        when deal_amount < 10000 then 'small'
        when deal_amount < 25000 then 'mid'
        when deal_amount < 50000 then 'upper_mid'
        else 'enterprise'
    end as deal_size_band,
    case when is_closed then outcome else 'Open' end as outcome,
    case when is_closed then lower(outcome) else 'open' end as status,
    deal_amount,
    case when is_closed then closed_date - created_date end as sales_cycle_days,
    case when is_closed then closed_date else as_of_date end - created_date as age_days,
    not is_closed as is_open,
    is_closed,
    is_closed and outcome = 'Won' as is_won,
    not is_closed as is_pipeline,
    deal_stage in ('Proposal', 'Negotiation', 'Closed') as is_late_stage,
    lead_source in ('Inbound', 'Referral') as is_high_intent_source,
    created_date,
    case when is_closed then closed_date end as closed_date,
    as_of_date
from known;

-- Under the name that the statements for small books read.
create or replace view int_deals_as_of as from deals;

-- The file is typed: there is nothing that does not fit.
create or replace table deal_rows as
select
    deal_id,
    created_date,
    case
        when lower(outcome) in ('won', 'lost', 'closed won', 'closed lost') then closed_date
    end as closed_date,
    sales_rep_id,
    industry,
    region,
    product_type,
    lead_source,
    deal_stage,
    coalesce(outcome, 'Open') as outcome,
    cast(deal_amount as decimal(14, 2)) as deal_amount,
    sales_cycle_days as reported_cycle_days,
    cast(null as varchar) as unread
from read_parquet(getvariable('file'));

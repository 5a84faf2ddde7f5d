-- One typed read. A row that does not fit its types is put aside by the reader, and read again as text.
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
    deal_amount,
    sales_cycle_days as reported_cycle_days,
    cast(null as varchar) as unread
from
    read_csv(
        getvariable('file'),
        auto_detect = false,
        header = true,
        store_rejects = true,
        columns = {
            'deal_id': 'varchar',
            'created_date': 'date',
            'closed_date': 'date',
            'sales_rep_id': 'varchar',
            'industry': 'varchar',
            'region': 'varchar',
            'product_type': 'varchar',
            'lead_source': 'varchar',
            'deal_stage': 'varchar',
            'deal_amount': 'decimal(14, 2)',
            'sales_cycle_days': 'integer',
            'outcome': 'varchar'
        }
    );

insert into deal_rows
with
    lines as (select distinct line, csv_line from reject_errors),
    split as (
        select list_transform(string_split(csv_line, ','), lambda cell: nullif(cell, '')) as cells
        from lines
    ),
    typed as (
        select
            cells,
            try_cast(cells[2] as date) as created_date,
            try_cast(cells[3] as date) as closed_date,
            try_cast(cells[10] as decimal(14, 2)) as deal_amount
        from split
    )
select
    cells[1],
    created_date,
    case
        when lower(cells[12]) in ('won', 'lost', 'closed won', 'closed lost') then closed_date
    end,
    cells[4],
    cells[5],
    cells[6],
    cells[7],
    cells[8],
    cells[9],
    coalesce(cells[12], 'Open'),
    deal_amount,
    try_cast(cells[11] as integer),
    nullif(
        concat_ws(
            '; ',
            case when cells[2] is not null and created_date is null then 'unreadable_created_date' end,
            case when cells[3] is not null and closed_date is null then 'unreadable_closed_date' end,
            case when cells[10] is not null and deal_amount is null then 'unreadable_amount' end
        ),
        ''
    )
from typed;

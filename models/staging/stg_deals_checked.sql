with
    numbered as (select * from {{ ref("stg_deals_numbered") }}),
    repeated as (select * from {{ ref("stg_deals_repeated") }})

select numbered.*, coalesce(numbered.faults, repeated.fault) as rejection_reason
from numbered
left join repeated on repeated.source_row_number = numbered.source_row_number

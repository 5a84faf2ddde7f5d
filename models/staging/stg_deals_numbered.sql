-- The rows of the table in the order of the input.
select {{ source_row_number() }} as source_row_number, rows_read.*
from {{ ref("stg_deals_read") }} as rows_read

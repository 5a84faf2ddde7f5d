with rejected as (select * from {{ ref("stg_deals_checked") }} where rejection_reason is not null)

select
    source_row_number,
    rejection_reason,
    created_date as read_created_date,
    {%- for column, value in columns_read() %}
        {{ raw_text("raw_" ~ column, value) }} as {{ column }}{{ "," if not loop.last }}
    {%- endfor %}
from rejected

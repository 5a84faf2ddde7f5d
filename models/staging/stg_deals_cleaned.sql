with raw as (select * from {{ ref("stg_deals_raw") }})

select
    {%- for column in input_columns() %} {{ clean_text(column) }} as {{ column }}, {%- endfor %}

    -- as they came, for those who ask what became of a row
    {%- for column in input_columns() %}
        {{ column }} as raw_{{ column }}{{ "," if not loop.last }}
    {%- endfor %}
from raw

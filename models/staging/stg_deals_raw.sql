with input as ({{ deals_input() }})

select row_number() over () as source_row_number, input.*
from input

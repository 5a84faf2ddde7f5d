with input as ({{ deals_input() }}) select * from input

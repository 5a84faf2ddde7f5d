select deal_id, created_date, closed_date, outcome, as_of_date
from {{ ref("deals") }}
where
    created_date > as_of_date
    or closed_date > as_of_date
    or (is_open and (closed_date is not null or outcome <> 'Open' or sales_cycle_days is not null))

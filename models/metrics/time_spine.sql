with
    as_of as (select * from {{ ref("as_of") }}),
    -- Some 179 years, counted back from the as-of date: only older days would be missing.
    numbers as ({{ dbt.generate_series(65536) }})

select {{ add_days("as_of.as_of_date", "1 - numbers.generated_number") }} as date_day
from as_of
inner join
    numbers
    on numbers.generated_number
    <= {{ days_between("as_of.history_starts_on", "as_of.as_of_date") }} + 1

-- A mistyped year in one row would move the as-of date and age the whole book.
{{ config(severity="warn") }}

select as_of_date, decided_by
from {{ ref("as_of") }}
where as_of_date > current_date

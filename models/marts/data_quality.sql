with
    as_of as (select * from {{ ref("as_of") }}),
    checks as (
        select *
        from {{ ref("int_rejected_row_checks") }}
        union all
        select *
        from {{ ref("int_category_checks") }}
        union all
        select *
        from {{ ref("int_deal_checks") }}
    )

select
    checks.check_name,
    checks.category,
    checks.rows,
    checks.out_of,
    {{ ratio("checks.rows", "checks.out_of") }} as share,
    checks.days,
    as_of.as_of_date
from checks
cross join as_of

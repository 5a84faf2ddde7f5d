with
    reasons as (select * from {{ ref("rejection_reasons") }}),
    checked as (select * from {{ ref("stg_deals_checked") }}),
    as_of as (select * from {{ ref("as_of") }}),

    -- A row without a readable created date belongs to every day.
    known as (
        select checked.*
        from checked
        cross join as_of
        where coalesce(checked.created_date <= as_of.as_of_date, true)
    )

select
    'rejected_' || reasons.rejection_reason as check_name,
    'rejected' as category,
    count(known.source_row_number) filter (
        where '; ' || known.rejection_reason || '; ' like '%; ' || reasons.rejection_reason || '; %'
    ) as rows,
    count(known.source_row_number) as out_of,
    cast(null as bigint) as days
from reasons
left join known on true
group by reasons.rejection_reason

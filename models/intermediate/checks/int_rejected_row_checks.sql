with
    reasons as (select * from {{ ref("rejection_reasons") }}),
    checked as (select * from {{ ref("stg_deals_checked") }}),
    as_of as (select * from {{ ref("as_of") }}),

    -- Counted before they are compared with each reason: rows are many, what they say is little. A
    -- row without a readable created date belongs to every day.
    known as (
        select '; ' || checked.rejection_reason || '; ' as said, count(*) as rows_known
        from checked
        cross join as_of
        where coalesce(checked.created_date <= as_of.as_of_date, true)
        group by checked.rejection_reason
    )

select
    'rejected_' || reasons.rejection_reason as check_name,
    'rejected' as category,
    cast(
        coalesce(
            sum(known.rows_known) filter (
                where known.said like '%; ' || reasons.rejection_reason || '; %'
            ),
            0
        ) as bigint
    ) as rows,
    cast(coalesce(sum(known.rows_known), 0) as bigint) as out_of,
    cast(null as bigint) as days
from reasons
left join known on true
group by reasons.rejection_reason

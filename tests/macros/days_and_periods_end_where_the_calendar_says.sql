with
    days(day) as (values (cast('2024-02-10' as date)), (cast('2024-12-31' as date))),

    ends as (
        select
            day,
            {{ period_start("day", "month") }} as month_start,
            {{ period_end("day", "month") }} as month_end,
            {{ period_start("day", "quarter") }} as quarter_start,
            {{ period_end("day", "quarter") }} as quarter_end,
            {{ add_days("day", -10) }} as earlier,
            {{ add_days("day", 20) }} as later,
            {{ days_between("day", add_days("day", 20)) }} as days_later
        from days
    ),

    expected(
        day,
        month_start,
        month_end,
        quarter_start,
        quarter_end,
        earlier,
        later,
        days_later
    ) as (
        values
            (
                '2024-02-10',
                '2024-02-01',
                '2024-02-29',
                '2024-01-01',
                '2024-03-31',
                '2024-01-31',
                '2024-03-01',
                20
            ),
            (
                '2024-12-31',
                '2024-12-01',
                '2024-12-31',
                '2024-10-01',
                '2024-12-31',
                '2024-12-21',
                '2025-01-20',
                20
            )
    )

select ends.*
from ends
left join
    expected
    on cast(expected.day as date) = ends.day
    and cast(expected.month_start as date) = ends.month_start
    and cast(expected.month_end as date) = ends.month_end
    and cast(expected.quarter_start as date) = ends.quarter_start
    and cast(expected.quarter_end as date) = ends.quarter_end
    and cast(expected.earlier as date) = ends.earlier
    and cast(expected.later as date) = ends.later
    and expected.days_later = ends.days_later
where expected.day is null

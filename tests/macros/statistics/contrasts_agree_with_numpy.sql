{%- set fewest = threshold("min_expected_deals") -%}
-- Two changes of a win rate, each with its pooled error, in numpy 2.4.6.
with
    cases(
        won,
        deals,
        before,
        before_deals,
        rest,
        rest_deals,
        rest_before,
        rest_before_deals,
        z
    ) as (
        values
            (20, 100, 45, 100, 180, 400, 200, 450, -3.4288644831578514e0),
            (45, 100, 20, 100, 200, 450, 180, 400, 3.4288644831578514e0),
            -- both changed alike, or not at all
            (40, 80, 20, 80, 100, 200, 50, 200, 0e0),
            (30, 60, 30, 60, 50, 100, 50, 100, 0e0),
            -- too few on one side, or nothing there
            (
                {{ fewest }},
                {{ 2 * fewest - 1 }},
                {{ fewest }},
                {{ 2 * fewest + 1 }},
                40,
                100,
                60,
                100,
                null
            ),
            (
                40,
                100,
                60,
                100,
                {{ fewest }},
                {{ 2 * fewest - 1 }},
                {{ fewest }},
                {{ 2 * fewest + 1 }},
                null
            ),
            (0, 0, 30, 60, 50, 100, 50, 100, null),
            (30, 60, 30, 60, 0, 0, 50, 100, null)
    ),

    scored as (
        select
            *,
            {{
                contrast_z(
                    ["won", "deals"],
                    ["before", "before_deals"],
                    ["rest", "rest_deals"],
                    ["rest_before", "rest_before_deals"],
                )
            }} as actual
        from cases
    )

select *
from scored
where not coalesce(abs(actual - z) <= 1e-12, actual is null and z is null)

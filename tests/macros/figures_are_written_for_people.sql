with
    money(amount, expected) as (
        values
            (0, '$0'),
            (999.49, '$999'),
            (999.5, '$1k'),
            (43210, '$43k'),
            (999499, '$999k'),
            (999500, '$1.0M'),
            (1234567, '$1.2M'),
            (999949999, '$999.9M'),
            (999950000, '$1.0B'),
            (3000000000, '$3.0B'),
            (null, null)
    ),

    rates(rate, expected) as (
        values (0.61, '61.0 %'), (0.0, '0.0 %'), (1.0, '100.0 %'), (0.1584, '15.8 %'), (null, null)
    ),

    changes(difference, expected) as (
        values
            (0.1584, '+15.8 points'),
            (-0.028676, '-2.9 points'),
            (0.0, '0.0 points'),
            (-0.0004, '0.0 points'),
            (null, null)
    ),

    ranges(low, high, expected) as (
        values
            (0.04, 0.2, '4.0 to 20.0 points'),
            (-0.0123, 0.15, '-1.2 to 15.0 points'),
            (null, 0.2, null),
            (0.1, null, null)
    ),

    days(days, expected) as (values (77.0, '77 days'), (77.5, '77.5 days'), (null, null)),

    counts(number, expected) as (
        values
            (0, '0 closed deals'),
            (1, '1 closed deal'),
            (999, '999 closed deals'),
            (4335, '4,335 closed deals'),
            (1234567, '1,234,567 closed deals'),
            (null, null)
    ),

    -- What is below a thousandth is not written as 0.
    q_values(q, expected) as (
        values
            (0.0, 'q < 0.001'),
            (0.00099, 'q < 0.001'),
            (0.001, 'q = 0.0010'),
            (0.02, 'q = 0.020'),
            (0.9996, 'q = 1.000'),
            (1.0, 'q = 1.000'),
            (null, null)
    ),

    periods(start, month, quarter) as (
        values
            (cast('2024-01-01' as date), '2024-01', 'Q1 2024'),
            (cast('2025-04-01' as date), '2025-04', 'Q2 2025'),
            (cast('2024-10-01' as date), '2024-10', 'Q4 2024'),
            (cast(null as date), null, null)
    ),

    compared as (
        select expected, {{ default__as_money("amount") }} as actual
        from money
        union all
        select expected, {{ as_percent("rate") }}
        from rates
        union all
        select replace(expected, '%', 'points'), {{ as_points("rate") }}
        from rates
        union all
        select expected, {{ as_signed_points("difference") }}
        from changes
        union all
        select expected, {{ as_points_range("low", "high") }}
        from ranges
        union all
        select expected, {{ as_days("days") }}
        from days
        union all
        select expected, {{ as_count("number", "closed deal") }}
        from counts
        union all
        select
            replace(replace(expected, ' closed deals', ''), ' closed deal', ''),
            {{ as_count("number") }}
        from counts
        union all
        select expected, {{ as_q("q") }}
        from q_values
        union all
        select month, {{ period_name("start", "month") }}
        from periods
        union all
        select quarter, {{ period_name("start", "quarter") }}
        from periods
    )

select expected, actual
from compared
where actual is distinct from expected

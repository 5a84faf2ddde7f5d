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

    days(days, expected) as (values (77.0, '77 days'), (77.5, '77.5 days'), (null, null)),

    compared as (
        select expected, {{ as_money("amount") }} as actual
        from money
        union all
        select expected, {{ as_percent("rate") }}
        from rates
        union all
        select replace(expected, '%', 'points'), {{ as_points("rate") }}
        from rates
        union all
        select expected, {{ as_days("days") }}
        from days
    )

select expected, actual
from compared
where actual is distinct from expected

with
    cases(text, expected) as (
        values
            ('0', 0.0),
            ('1234.5', 1234.5),
            ('1234.567', 1234.57),
            ('$1,234.50', 1234.5),
            ('$ 99', 99.0),
            ('1 234 567', 1234567.0),
            ('1,234,567.8', 1234567.8),
            ('-$5', -5.0),
            ('$-5', -5.0),
            ('0.125', 0.13),
            ('999999999999.99', 999999999999.99),
            ('1000000000000', null),
            ('1.234', null),
            ('1.234,50', null),
            ('1,5', null),
            ('12,34', null),
            ('0,500', null),
            ('1,234 567', null),
            ('1.2.3', null),
            ('1e5', null),
            ('NaN', null),
            ('ten', null),
            (null, null)
    ),

    parsed as (select text, expected, {{ default__parse_amount("text") }} as actual from cases)

select text, expected, actual
from parsed
where actual is distinct from cast(expected as decimal(14, 2))

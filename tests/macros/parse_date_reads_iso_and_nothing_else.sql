with
    cases(text, expected) as (
        values
            ('2024-03-31', '2024-03-31'),
            ('2024-02-29', '2024-02-29'),
            ('2024-03-31 10:00:00', '2024-03-31'),
            ('2024-03-31 10:00', '2024-03-31'),
            ('2024-03-31T23:59:59.123Z', '2024-03-31'),
            ('2024-03-31T23:59:59+05:30', '2024-03-31'),
            ('2024-03-31 23:59:59 UTC', '2024-03-31'),
            ('2023-02-29', null),
            ('2024-13-01', null),
            ('2024-03-31 25:00:00', null),
            ('2024-3-31', null),
            ('31/03/2024', null),
            ('20240331', null),
            ('0024-03-31', null),
            ('3024-03-31', null),
            ('2024-03-31x', null),
            (null, null)
    ),

    parsed as (select text, expected, {{ parse_date("text") }} as actual from cases)

select text, expected, actual
from parsed
where actual is distinct from cast(expected as date)

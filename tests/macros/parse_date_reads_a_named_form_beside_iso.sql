with
    cases(text, expected) as (
        values
            ('31/03/2024', '2024-03-31'),
            ('2024-03-31', '2024-03-31'),
            ('03/31/2024', null),
            ('30/02/2024', null),
            ('31/03/24', null),
            ('31/03/3024', null),
            ('31.03.2024', null),
            (null, null)
    ),

    parsed as (select text, expected, {{ parse_date("text", "%d/%m/%Y") }} as actual from cases)

select text, expected, actual
from parsed
where actual is distinct from cast(expected as date)

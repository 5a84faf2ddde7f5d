with
    cases(text, expected) as (
        values
            ('SaaS', 'SaaS'),
            ('  fin   tech ', 'fin tech'),
            (chr(160) || 'Europe' || chr(8239), 'Europe'),
            ('a' || chr(9) || chr(10) || 'b', 'a b'),
            (chr(27) || '[31mred', '[31mred'),
            ('Eu' || chr(8203) || 'rope' || chr(65279), 'Europe'),
            (chr(8203), null),
            ('', null),
            (' ' || chr(160), null),
            ('🙂', '🙂'),
            (null, null)
    ),

    cleaned as (select text, expected, {{ clean_text("text") }} as actual from cases)

select text, expected, actual
from cleaned
where actual is distinct from expected

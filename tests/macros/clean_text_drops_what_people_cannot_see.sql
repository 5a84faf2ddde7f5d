with
    cases(text, expected) as (
        values
            ('SaaS', 'SaaS'),
            ('  fin   tech ', 'fin tech'),
            ('{{ "\u00a0" }}Europe{{ "\u202f" }}', 'Europe'),
            ('a' || chr(9) || chr(10) || 'b', 'a b'),
            (chr(27) || '[31mred', '[31mred'),
            ('Eu{{ "\u200b" }}rope{{ "\ufeff" }}', 'Europe'),
            ('{{ "\u200b" }}', null),
            ('', null),
            (' {{ "\u00a0" }}', null),
            ('🙂', '🙂'),
            (null, null)
    ),

    cleaned as (select text, expected, {{ clean_text("text") }} as actual from cases)

select text, expected, actual
from cleaned
where actual is distinct from expected

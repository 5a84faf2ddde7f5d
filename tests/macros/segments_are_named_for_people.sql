with
    cases(industry, region, expected) as (
        values
            ('FinTech', 'Europe', 'FinTech / Europe'),
            ('FinTech', null, 'FinTech'),
            (null, null, 'all deals'),
            (repeat('L', 40), null, repeat('L', 40)),
            (repeat('L', 41), null, repeat('L', 39) || '…')
    ),

    labelled as (select expected, {{ segment_label(["industry", "region"]) }} as actual from cases)

select expected, actual
from labelled
where actual is distinct from expected

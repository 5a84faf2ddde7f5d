with
    alerts(verdict, expected) as (
        values
            ('proven', 'Act.'),
            ('suggestive', 'Look.'),
            ('noise', 'Move nothing for this: luck gives as much.'),
            ('too_few', 'Move nothing for this: luck gives as much.')
    ),

    advised as (
        select expected, {{ advice("verdict", act="Act.", look="Look.") }} as actual from alerts
    )

select expected, actual
from advised
where actual is distinct from expected

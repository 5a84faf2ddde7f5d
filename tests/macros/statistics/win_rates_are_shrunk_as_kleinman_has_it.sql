-- Kleinman (1973), as docs/definitions.md writes it, in numpy 2.4.6. The families: one with the
-- mean of all as its centre; one whose segments have centres of their own, as cells have, and make
-- 30, 50 and 20 % of them; one that differs less than luck has it, and is drawn to its centre
-- whole; two segments that could not
-- differ more, and keep their win rates; and one segment alone, or segments of one deal each, from
-- which nothing can be learned.
with
    segments(family, won, deals, centre, expected) as (
        values
            ('one centre', 8, 10, 0.4e0, 0.48943089430894315e0),
            ('one centre', 9, 20, 0.4e0, 0.41827242524916947e0),
            ('one centre', 12, 30, 0.4e0, 0.4e0),
            ('one centre', 14, 40, 0.4e0, 0.37323600973236015e0),
            ('one centre', 37, 100, 0.4e0, 0.3777327935222672e0),
            ('own centres', 9, 12, 0.5e0, 0.6139258157478852e0),
            ('own centres', 8, 25, 0.4e0, 0.3491520149369846e0),
            ('own centres', 22, 40, 0.45e0, 0.5236201847262897e0),
            ('luck', 20, 50, 0.4e0, 0.4e0),
            ('luck', 24, 60, 0.4e0, 0.4e0),
            ('luck', 28, 70, 0.4e0, 0.4e0),
            ('extreme', 10, 10, 0.5e0, 1e0),
            ('extreme', 0, 10, 0.5e0, 0e0),
            ('alone', 1, 10, 0.4e0, 0.4e0),
            ('one deal each', 1, 1, 1 / 3e0, 1 / 3e0),
            ('one deal each', 0, 1, 1 / 3e0, 1 / 3e0),
            ('one deal each', 0, 1, 1 / 3e0, 1 / 3e0)
    ),

    families(family, expected_overdispersion, expected_prior_deals) as (
        values
            ('one centre', 0.027989821882951675e0, 34.7272727272727e0),
            ('own centres', 0.0652191266863575e0, 14.332925336597299e0),
            ('luck', -0.017110266159695815e0, null),
            ('extreme', 2.111111111111111e0, 0e0),
            ('alone', null, null),
            ('one deal each', null, null)
    ),

    measured as (
        select
            *,
            cast(deals as {{ type_double() }}) as weight,
            {{ ratio("won", "deals") }} - centre as spread,
            centre * (1 - centre) as chance,
            case
                when family <> 'own centres'
                then {{ ratio("deals", "sum(deals) over (partition by family)") }}
                else case deals when 12 then 0.3e0 when 25 then 0.5e0 else 0.2e0 end
            end as own_share
        from segments
    ),

    learned as (
        select
            family,
            {{ overdispersion("weight", "spread", "chance", "own_share") }} as overdispersion
        from measured
        group by family
    ),

    weighed as (select *, {{ prior_deals("overdispersion") }} as prior_deals from learned),

    figures as (
        select
            'overdispersion' as figure,
            families.family,
            overdispersion as actual,
            expected_overdispersion as expected
        from families
        inner join weighed on weighed.family = families.family
        union all
        select 'prior_deals', families.family, prior_deals, expected_prior_deals
        from families
        inner join weighed on weighed.family = families.family
        union all
        select
            'shrunk_rate of ' || segments.won || ' / ' || segments.deals,
            segments.family,
            {{
                shrunk_rate(
                    "segments.won", "segments.deals", "segments.centre", "weighed.prior_deals"
                )
            }},
            segments.expected
        from segments
        inner join weighed on weighed.family = segments.family
    )

select figure, family, actual, expected
from figures
where not coalesce(abs(actual - expected) <= 1e-9, actual is null and expected is null)

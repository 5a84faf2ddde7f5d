-- scipy.stats.norm of scipy 1.17.1. The approximation promises 7.5e-8; where p-values are tiny, and
-- many are corrected together, it must also be near in proportion.
with
    points(z, tail) as (
        values
            (0e0, 0.5e0),
            (0.1e0, 0.460172162722971e0),
            (0.5e0, 0.3085375387259869e0),
            (1e0, 0.15865525393145707e0),
            (1.959964e0, 0.024999999096442398e0),
            (2.5758293035489004e0, 0.005000000000000004e0),
            (3e0, 0.0013498980316300933e0),
            (4e0, 3.167124183311986e-05),
            (5e0, 2.866515718791933e-07),
            (6e0, 9.865876450376946e-10),
            (null, null)
    ),

    -- The tail is that of |z|: both signs of a score have it.
    both_signs as (
        select z, tail
        from points
        union all
        select - z, tail
        from points
    ),

    figures as (
        select 'tail' as figure, z, {{ normal_tail("z") }} as actual, tail as expected
        from both_signs
        union all
        select 'two-sided p', z, {{ two_sided_p(normal_tail("z")) }}, 2 * tail
        from both_signs
        union all
        select
            'one-sided p',
            z,
            {{ one_sided_p("z", normal_tail("z")) }},
            case when z < 0 then 1 - tail else tail end
        from both_signs
        union all
        select 'two-sided p of the usual bound', 1.959964e0, {{ two_sided_p("tail") }}, 0.05e0
        from (select {{ normal_tail("1.959964e0") }} as tail) as usual
        union all
        -- Large books have such scores, of which the true tail is no double any more.
        select 'tail of a huge score', 45e0, case when tail between 0 and 1e-300 then 0e0 end, 0e0
        from (select {{ normal_tail("45e0") }} as tail) as huge
        union all
        select 'z_95', 0.975e0, {{ z_95() }}, 1.959963984540054e0
        union all
        select 'z_95_one_sided', 0.95e0, {{ z_95_one_sided() }}, 1.6448536269514722e0
        union all
        select 'z_80', 0.8e0, {{ z_80() }}, 0.8416212335729143e0
        union all
        select 'z_80_two_sided', 0.9e0, {{ z_80_two_sided() }}, 1.2815515655446004e0
    )

select figure, z, actual, expected
from figures
where
    not coalesce(
        abs(actual - expected) <= 1.5e-7 and abs(actual - expected) <= 0.004 * expected,
        actual is null and expected is null
    )
    or (figure like 'z_%' and actual <> expected)

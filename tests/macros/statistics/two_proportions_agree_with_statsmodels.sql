{%- set fewest = threshold("min_expected_deals") -%}
-- proportions_ztest of statsmodels 0.15.0; the standard error, and what is detectable with it, from
-- numpy 2.4.6 and scipy.stats.norm.ppf of scipy 1.17.1.
with
    cases(won, deals, other_won, other_deals, z, error, detectable, expected_deals) as (
        values
            (
                56,
                70,
                48,
                80,
                2.6501719512585336e0,
                0.07546680127869536e0,
                0.18764630418366562e0,
                21.466666666666665e0
            ),
            (
                48,
                80,
                56,
                70,
                -2.6501719512585336e0,
                0.07546680127869536e0,
                0.18764630418366562e0,
                21.466666666666665e0
            ),
            (
                300,
                1000,
                330,
                1000,
                -1.4441280189584216e0,
                0.020773781552716877e0,
                0.05165348558885577e0,
                315e0
            ),
            (
                120,
                300,
                4880,
                9700,
                -3.5172622905632935e0,
                0.02931051908802746e0,
                0.07287986886130043e0,
                150e0
            ),
            (50, 100, 50, 100, 0e0, 0.07071067811865475e0, 0.17582032351266685e0, 50e0),
            -- nobody or everybody won: nothing to test, and nothing that could differ
            (0, 100, 0, 100, null, 0e0, 0e0, 0e0),
            (100, 100, 100, 100, null, 0e0, 0e0, 0e0),
            (0, 0, 50, 100, null, null, null, 0e0),
            (50, 100, 0, 0, null, null, null, 0e0),
            (0, 0, 0, 0, null, null, null, null)
    ),

    figures as (
        select
            'fewest_expected' as figure,
            cases.*,
            {{ fewest_expected("won", "deals", "other_won", "other_deals") }} as actual,
            expected_deals as expected
        from cases
        union all
        select
            'difference_error',
            cases.*,
            {{ difference_error("won", "deals", "other_won", "other_deals") }},
            error
        from cases
        union all
        select
            'detectable_difference',
            cases.*,
            {{ detectable_difference("error", z_95_one_sided(), 0) }},
            detectable
        from cases
        union all
        -- What a test alone would see must come out beyond five points, where a rule asks for them.
        select
            'detectable_difference of a rule',
            cases.*,
            {{ detectable_difference("error", z_95_one_sided(), 0.05) }},
            case
                when error * {{ z_95_one_sided() }} >= 0.05
                then detectable
                else 0.05 + 0.8416212335729143 * error
            end
        from cases
        union all
        -- Whatever bound a build is given, below it there is no score.
        select
            'two_proportion_z',
            cases.*,
            {{ two_proportion_z("won", "deals", "other_won", "other_deals") }},
            case when expected_deals >= {{ fewest }} then z end
        from cases
        union all
        -- Half of all deals are won. On the bound there is a score, of deals that win alike; one
        -- deal less on one side, and there is none.
        select
            'two_proportion_z at its bound',
            bounds.*,
            {{ two_proportion_z("won", "deals", "other_won", "other_deals") }},
            z
        from
            (
                values
                    (
                        {{ fewest }},
                        {{ 2 * fewest }},
                        {{ 2 * fewest }},
                        {{ 4 * fewest }},
                        0e0,
                        0e0,
                        0e0,
                        0e0
                    ),
                    (
                        {{ fewest }},
                        {{ 2 * fewest - 1 }},
                        {{ fewest }},
                        {{ 2 * fewest + 1 }},
                        null,
                        0e0,
                        0e0,
                        0e0
                    )
            ) as bounds(won, deals, other_won, other_deals, z, error, detectable, expected_deals)
        where {{ fewest }} > 0
    )

select figure, won, deals, other_won, other_deals, actual, expected
from figures
where not coalesce(abs(actual - expected) <= 1e-12, actual is null and expected is null)

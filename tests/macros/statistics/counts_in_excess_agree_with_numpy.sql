-- The arcsine from numpy 2.4.6. The exact test (scipy.stats.hypergeom of scipy 1.17.1) is no less
-- sure of what is found: its p-values stand beside.
with
    cases(found, deals, all_found, all_deals, z, exact_p_value) as (
        values
            (25, 30, 34, 150, 6.41643956736119e0, 2.6535179490968917e-16),
            (10, 15, 18, 130, 3.959319655794079e0, 3.5916571791173873e-07),
            (10, 10, 10, 15, 2.466363454950326e0, 0.000333000333000333e0),
            (12, 40, 40, 160, 0.5352906928737658e0, 0.26026738203248445e0),
            (10, 50, 60, 600, 1.8032014189551273e0, 0.019399361419718077e0),
            (0, 10, 5, 50, -2.073495142662092e0, null),
            -- nothing is found, or there is nothing else to compare with
            (0, 10, 0, 50, null, null),
            (10, 50, 10, 50, null, null)
    ),

    scored as (
        select *, {{ share_in_excess_z("found", "deals", "all_found", "all_deals") }} as actual
        from cases
    ),

    expected_counts(expected, threshold, detectable) as (
        values
            (0e0, 10, 12.838521600451182e0),
            (4e0, 10, 12.838521600451182e0),
            (30e0, 10, 45.164623005792116e0),
            (2e0, 1, 7.06204577825828e0),
            (9e0, 25, 29.38518774306477e0),
            (null, 10, null)
    ),

    figures as (
        select
            'share_in_excess_z' as figure, found, deals, all_found, all_deals, actual, z as expected
        from scored
        union all
        select
            'detectable_count',
            null,
            null,
            null,
            threshold,
            {{ detectable_count("expected", "threshold") }},
            detectable
        from expected_counts
    )

select *
from figures
where not coalesce(abs(actual - expected) <= 1e-12, actual is null and expected is null)
union all
select 'exact test', found, deals, all_found, all_deals, {{ normal_tail("actual") }}, exact_p_value
from scored
where actual > 0 and not exact_p_value <= {{ normal_tail("actual") }}

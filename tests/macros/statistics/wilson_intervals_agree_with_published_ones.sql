-- The first four are examples of Newcombe (1998), Statistics in Medicine 17:857, method 3, there
-- with four decimals; the digits beyond, and the rest, are of proportion_confint, statsmodels
-- 0.15.0.
with
    cases(successes, trials, low, high) as (
        values
            (81, 263, 0.2552885198782742e0, 0.36620957698280004e0),
            (15, 148, 0.06238639953073628e0, 0.16048724172330803e0),
            (0, 20, 0e0, 0.1611251580528194e0),
            (1, 29, 0.006113214292762667e0, 0.17175521879320294e0),
            (20, 20, 0.8388748419471804e0, 1e0),
            (0, 1, 0e0, 0.7934506856227627e0),
            (1, 1, 0.2065493143772374e0, 1e0),
            (1, 2, 0.09453120573423068e0, 0.9054687942657693e0),
            (2263, 5000, 0.43884501610186466e0, 0.4664277620425269e0),
            (0, 0, null, null),
            (null, null, null, null)
    ),

    intervals as (
        select
            *,
            {{ wilson_low("successes", "trials") }} as actual_low,
            {{ wilson_high("successes", "trials") }} as actual_high
        from cases
    )

select *
from intervals
where
    not coalesce(abs(actual_low - low) <= 1e-12, actual_low is null and low is null)
    or not coalesce(abs(actual_high - high) <= 1e-12, actual_high is null and high is null)
    -- Never outside 0 to 1, not by floating point either.
    or actual_low < 0
    or actual_high > 1

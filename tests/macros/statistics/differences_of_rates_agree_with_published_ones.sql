-- Examples of Newcombe (1998), Statistics in Medicine 17:873, method 10, with four decimals there;
-- the digits beyond are those of confint_proportions_2indep, statsmodels 0.15.0.
with
    cases(won, deals, other_won, other_deals, low, high) as (
        values
            (56, 70, 48, 80, 0.05243147240236498e0, 0.33387265403690614e0),
            (9, 10, 3, 10, 0.1705227239345029e0, 0.809017973535488e0),
            (6, 7, 2, 7, 0.05822792748231209e0, 0.8062496375242278e0),
            (5, 56, 0, 29, -0.038137147903536936e0, 0.19256001385511165e0),
            (0, 10, 0, 20, -0.1611251580528194e0, 0.27753279986288926e0),
            (0, 10, 0, 10, -0.27753279986288926e0, 0.27753279986288926e0),
            (10, 10, 0, 20, 0.6790860371419145e0, 1e0),
            (10, 10, 0, 10, 0.6075093504305241e0, 1e0),
            -- the first with its sides changed, and sides without a deal
            (48, 80, 56, 70, -0.33387265403690614e0, -0.05243147240236498e0),
            (0, 0, 56, 70, null, null),
            (56, 70, 0, 0, null, null)
    ),

    rated as (
        select
            *,
            {{ ratio("won", "deals") }} as rate,
            {{ wilson_low("won", "deals") }} as rate_low,
            {{ wilson_high("won", "deals") }} as rate_high,
            {{ ratio("other_won", "other_deals") }} as other_rate,
            {{ wilson_low("other_won", "other_deals") }} as other_rate_low,
            {{ wilson_high("other_won", "other_deals") }} as other_rate_high
        from cases
    ),

    ranged as (
        select
            *,
            {{ difference_low("rate", "rate_low", "other_rate", "other_rate_high") }} as actual_low,
            {{ difference_high("rate", "rate_high", "other_rate", "other_rate_low") }}
            as actual_high
        from rated
    )

select won, deals, other_won, other_deals, low, actual_low, high, actual_high
from ranged
where
    not coalesce(abs(actual_low - low) <= 1e-12, actual_low is null and low is null)
    or not coalesce(abs(actual_high - high) <= 1e-12, actual_high is null and high is null)

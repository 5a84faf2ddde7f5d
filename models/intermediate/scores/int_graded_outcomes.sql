with
    graded as (
        select
            *,
            risk_band = 'high_risk_low_fit' as is_low_fit,
            risk_band <> 'high_risk_low_fit' as is_other
        from {{ ref("int_graded_deals") }}
    )

select
    book_date,
    is_without_stage,
    closed_date,
    count(*) as deals,
    count(*) filter (where is_won) as won_deals,
    sum(win_probability) as expected_wins,
    sum(win_probability * (1 - win_probability)) as expected_wins_variance,
    sum({{ squared_error("win_probability") }}) as squared_error,
    sum({{ squared_error("baseline_win_rate") }}) as baseline_squared_error,
    count(*) filter (where is_low_fit) as low_fit_deals,
    count(*) filter (where is_low_fit and is_won) as low_fit_won_deals,
    count(*) filter (where is_other) as other_deals,
    count(*) filter (where is_other and is_won) as other_won_deals
from graded
group by book_date, is_without_stage, closed_date

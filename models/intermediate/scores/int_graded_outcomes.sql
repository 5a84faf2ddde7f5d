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
    closed_by,
    sum(deals) as deals,
    coalesce(sum(deals) filter (where is_won), 0) as won_deals,
    sum(deals * win_probability) as expected_wins,
    sum(deals * win_probability * (1 - win_probability)) as expected_wins_variance,
    sum(deals * {{ squared_error("win_probability") }}) as squared_error,
    sum(deals * {{ squared_error("baseline_win_rate") }}) as baseline_squared_error,
    coalesce(sum(deals) filter (where is_low_fit), 0) as low_fit_deals,
    coalesce(sum(deals) filter (where is_low_fit and is_won), 0) as low_fit_won_deals,
    coalesce(sum(deals) filter (where is_other), 0) as other_deals,
    coalesce(sum(deals) filter (where is_other and is_won), 0) as other_won_deals
from graded
group by book_date, is_without_stage, closed_by

-- Of no deals there is neither a rate nor an interval.
with
    rates as (
        select 'win_rate_by_segment' as shown_in, grain, win_rate, win_rate_low, win_rate_high
        from {{ ref("win_rate_by_segment") }}
        union all
        select 'win_rate_drivers', null, win_rate, win_rate_low, win_rate_high
        from {{ ref("win_rate_drivers") }}
        union all
        select 'segment_stage_win_rates', null, win_rate, win_rate_low, win_rate_high
        from {{ ref("segment_stage_win_rates") }}
        union all
        select 'win_rate_baseline', null, win_rate, win_rate_low, win_rate_high
        from {{ ref("win_rate_baseline") }}
        union all
        select 'win_rate_trend', grain, win_rate, win_rate_low, win_rate_high
        from {{ ref("win_rate_trend") }}
        union all
        select 'score_calibration', null, win_rate, win_rate_low, win_rate_high
        from {{ ref("score_calibration") }}
    )

select *
from rates
where
    win_rate < win_rate_low - 1e-12
    or win_rate > win_rate_high + 1e-12
    or win_rate_low < 0
    or win_rate_high > 1
    or (win_rate is null) <> (win_rate_low is null)
    or (win_rate is null) <> (win_rate_high is null)

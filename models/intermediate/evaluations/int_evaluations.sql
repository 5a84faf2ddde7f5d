with
    as_of as (select * from {{ ref("as_of") }}),
    daily as (select * from {{ ref("int_daily_outcomes") }} where grain = 'overall'),

    dates as (
        select as_of_date as evaluation_date
        from as_of
        where as_of_date is not null
        union distinct
        select {{ period_end("daily.outcome_date", "month") }}
        from daily
        inner join as_of on {{ period_end("daily.outcome_date", "month") }} < as_of.as_of_date
    ),

    latest_first as (
        select *, row_number() over (order by evaluation_date desc) - 1 as evaluations_ago
        from dates
    )

select
    evaluation_date,
    evaluations_ago,
    evaluations_ago = 0 as is_as_of,
    evaluations_ago <= {{ threshold("replay_month_ends") }} as is_replayed,
    -- A replay of the last of these dates grades as many books before it as the as-of date does.
    evaluations_ago >= 1 as is_backtested,
    {{ add_days("evaluation_date", -threshold("recent_window_days")) }} as recent_starts_on,
    {{
        add_days(
            "evaluation_date", -threshold("recent_window_days") - threshold("history_window_days")
        )
    }} as history_starts_on
from latest_first
where
    evaluations_ago <= {{ threshold("replay_month_ends") }} + {{ threshold("backtest_month_ends") }}

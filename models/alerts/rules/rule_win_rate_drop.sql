with
    daily as (select * from {{ ref("int_daily_outcomes") }}),
    as_of as (select * from {{ ref("as_of") }}),

    windows as (
        select
            as_of_date,
            {{ add_days("as_of_date", -threshold("recent_window_days")) }} as recent_starts_on,
            {{
                add_days(
                    "as_of_date",
                    -threshold("recent_window_days") - threshold("history_window_days"),
                )
            }} as history_starts_on
        from as_of
    ),

    -- The recent window owns the day both share, so no deal counts twice.
    dated as (
        select daily.*, daily.outcome_date >= windows.recent_starts_on as is_recent
        from daily
        inner join windows on daily.outcome_date >= windows.history_starts_on
        where daily.clock = 'closed' and daily.grain in {{ win_rate_drop_grains() }}
    ),

    counted as (
        select
            grain,
            industry,
            region,
            lead_source,
            cast(coalesce(sum(deals) filter (where is_recent), 0) as bigint) as recent_deals,
            cast(
                coalesce(sum(won_deals) filter (where is_recent), 0) as bigint
            ) as recent_won_deals,
            cast(coalesce(sum(deals) filter (where not is_recent), 0) as bigint) as history_deals,
            cast(
                coalesce(sum(won_deals) filter (where not is_recent), 0) as bigint
            ) as history_won_deals
        from dated
        group by grain, industry, region, lead_source
    ),

    rated as (
        select
            *,
            {{ ratio("recent_won_deals", "recent_deals") }} as recent_win_rate,
            {{ ratio("history_won_deals", "history_deals") }} as history_win_rate,
            recent_deals >= {{ threshold("win_rate_drop_min_deals") }}
            and history_deals >= {{ threshold("win_rate_drop_min_deals") }} as is_evaluated
        from counted
    )

select
    grain,
    industry,
    region,
    lead_source,
    recent_deals,
    recent_won_deals,
    recent_win_rate,
    history_deals,
    history_won_deals,
    history_win_rate,
    history_win_rate - recent_win_rate as win_rate_drop,
    is_evaluated,
    is_evaluated
    and {{ at_least("history_win_rate - recent_win_rate", threshold("win_rate_drop")) }} as is_fired
from rated

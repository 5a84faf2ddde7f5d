with
    as_of as (select * from {{ ref("as_of") }}),
    deals as (select * from {{ ref("deals") }}),
    segments as (select * from {{ ref("win_rate_by_segment") }}),

    closed_history as (select * from segments where grain = 'overall'),

    open_book as (
        select
            count(*) as open_deals,
            count(*) filter (where deal_amount is null) as open_deals_without_amount,
            {{ total_amount("deal_amount") }} as open_amount
        from deals
        where is_open
    ),

    -- One row also where nothing has closed: no deals, and no rate rather than a rate of 0.
    measured as (
        select
            as_of.as_of_date,
            coalesce(closed_history.closed_deals, 0) as closed_deals,
            coalesce(closed_history.won_deals, 0) as won_deals,
            closed_history.win_rate,
            closed_history.win_rate_low,
            closed_history.win_rate_high,
            cast(coalesce(closed_history.closed_amount, 0) as decimal(18, 2)) as closed_amount,
            cast(coalesce(closed_history.won_amount, 0) as decimal(18, 2)) as won_amount,
            closed_history.value_win_rate,
            coalesce(closed_history.deals_without_amount, 0) as closed_deals_without_amount,
            open_book.open_deals,
            open_book.open_amount,
            open_book.open_deals_without_amount
        from as_of
        cross join open_book
        left join closed_history on true
    )

select
    *,
    case
        when closed_deals = 0
        then 'No deal has closed yet'
        else
            'Win rate '
            || {{ as_percent("win_rate") }}
            || ' of '
            || {{ as_count("closed_deals", "closed deal") }}
            || coalesce(' (' || {{ as_percent("value_win_rate") }} || ' by value)', '')
    end
    || '; '
    || case
        when open_deals = 0
        then 'no open deals'
        else {{ as_count("open_deals", "open deal") }} || ' worth ' || {{ as_money("open_amount") }}
    end
    || case
        when closed_deals_without_amount + open_deals_without_amount > 0
        then
            '; the money leaves out '
            || {{ as_count("(closed_deals_without_amount + open_deals_without_amount)", "deal") }}
            || ' without an amount'
        else ''
    end
    || '.' as headline
from measured

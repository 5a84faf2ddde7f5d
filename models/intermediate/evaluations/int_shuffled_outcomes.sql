with
    book as (select count(*) as closed_deals from {{ ref("int_deals_as_of") }} where is_closed),

    -- No day at all where the book is too large to be shuffled.
    as_of as (
        select evaluations.recent_starts_on, evaluations.history_starts_on
        from {{ ref("int_evaluations") }} as evaluations
        inner join book on book.closed_deals <= {{ threshold("noise_floor_max_deals") }}
        where evaluations.is_as_of
    ),

    -- Rules ask in which window a deal was closed, so that one day stands for each window.
    closed as (
        select
            deals.deal_id,
            {{ dimensions() | join(",\n            ") }},
            deals.deal_amount,
            deals.is_won,
            case
                when deals.closed_date >= as_of.recent_starts_on
                then as_of.recent_starts_on
                when deals.closed_date >= as_of.history_starts_on
                then as_of.history_starts_on
                else {{ add_days("as_of.history_starts_on", -1) }}
            end as outcome_date,
            row_number() over (order by deals.deal_id) as place
        from {{ ref("int_deals_as_of") }} as deals
        cross join as_of
        where deals.is_closed
    ),

    drawn as (
        select
            shuffles.shuffle,
            closed.place,
            row_number() over (
                partition by shuffles.shuffle
                order by md5(closed.deal_id || '|' || shuffles.shuffle), closed.deal_id
            ) as drawn_place
        from closed
        cross join (values {{ shuffle_numbers() }}) as shuffles(shuffle)
        where shuffles.shuffle is not null
    ),

    -- Each deal is given the outcome of another: whatever a rule finds now is luck.
    shuffled as (
        select drawn.shuffle, takers.*, givers.is_won as is_win
        from drawn
        inner join closed as takers on takers.place = drawn.place
        inner join closed as givers on givers.place = drawn.drawn_place
    )

select
    shuffle,
    outcome_date,
    {{ segment_grain() }} as grain,
    {{ dimensions() | join(",\n    ") }},
    {{ outcome_sums() }}
from shuffled
group by shuffle, outcome_date, grouping sets ({{- segment_grouping_sets() }})

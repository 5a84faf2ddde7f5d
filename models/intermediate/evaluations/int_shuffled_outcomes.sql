with
    shuffles as (
        select shuffle
        from (values {{ shuffle_numbers() }}) as numbers(shuffle)
        inner join
            (
                select count(*) as closed_deals from {{ ref("int_deals_as_of") }} where is_closed
            ) as book
            on book.closed_deals <= {{ threshold("noise_floor_max_deals") }}
        where shuffle is not null
    ),

    placed as (
        select
            shuffles.shuffle,
            deals.*,
            row_number() over (partition by shuffles.shuffle order by deals.deal_id) as place,
            row_number() over (
                partition by shuffles.shuffle
                order by md5(deals.deal_id || '|' || shuffles.shuffle), deals.deal_id
            ) as drawn_place
        from {{ ref("int_deals_as_of") }} as deals
        cross join shuffles
        where deals.is_closed
    ),

    -- Each deal is given the outcome of another: whatever a rule finds now is luck.
    shuffled as (
        select placed.*, drawn.is_won as is_win
        from placed
        inner join
            placed as drawn on drawn.shuffle = placed.shuffle and drawn.place = placed.drawn_place
    )

select
    shuffle,
    closed_date as outcome_date,
    {{ segment_grain() }} as grain,
    {{ dimensions() | join(",\n    ") }},
    {{ outcome_sums() }}
from shuffled
group by shuffle, closed_date, grouping sets ({{- segment_grouping_sets() }})

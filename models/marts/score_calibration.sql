with
    graded as (select * from {{ ref("int_graded_deals") }} where is_closed),
    evaluations as (select * from {{ ref("int_evaluations") }} where is_as_of),
    resolved as (select * from {{ ref("int_resolved_books") }} where is_resolved),
    bins as (select * from (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) as bins(bin)),

    -- Each deal counts once, or the intervals would be too narrow.
    binned as (
        select
            graded.*,
            -- A probability of 1 belongs to the last bin.
            least(cast(floor(graded.win_probability * 10) as integer) + 1, 10) as bin
        from graded
        inner join
            resolved
            on resolved.book_date = graded.book_date
            and resolved.is_without_stage = graded.is_without_stage
            and {{ is_last_resolved_book("graded.closed_by", "resolved.next_resolved_book_date") }}
        inner join evaluations on evaluations.evaluation_date = resolved.evaluation_date
    ),

    counted as (
        select
            bin,
            cast(sum(deals) as bigint) as deals,
            cast(coalesce(sum(deals) filter (where is_won), 0) as bigint) as won_deals,
            {{ ratio("sum(deals * win_probability)", "sum(deals)") }} as mean_win_probability
        from binned
        group by bin
    )

select
    bins.bin,
    cast(bins.bin - 1 as {{ type_double() }}) / 10 as from_probability,
    cast(bins.bin as {{ type_double() }}) / 10 as to_probability,
    coalesce(counted.deals, 0) as deals,
    coalesce(counted.won_deals, 0) as won_deals,
    counted.mean_win_probability,
    {{ ratio("counted.won_deals", "counted.deals") }} as win_rate,
    {{ wilson_low("counted.won_deals", "counted.deals") }} as win_rate_low,
    {{ wilson_high("counted.won_deals", "counted.deals") }} as win_rate_high
from bins
left join counted on counted.bin = bins.bin

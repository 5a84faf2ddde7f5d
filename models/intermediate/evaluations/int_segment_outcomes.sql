{%- set outcome_columns = (
    ["outcome_date", "grain"]
    + dimensions()
    + ["deals", "won_deals", "deals_without_amount", "amount", "won_amount"]
) | join(", ") -%}
with
    evaluations as (select * from {{ ref("int_evaluations") }}),
    daily as (select * from {{ ref("int_daily_outcomes") }} where clock = 'closed'),
    shuffled as (select * from {{ ref("int_shuffled_outcomes") }}),

    outcomes as (
        select 0 as shuffle, {{ outcome_columns }}
        from daily
        union all
        select shuffle, {{ outcome_columns }}
        from shuffled
    ),

    -- The past is replayed with its own outcomes; shuffled ones are for the as-of date alone.
    known as (
        select
            outcomes.*,
            evaluations.evaluation_date,
            evaluations.is_as_of and outcomes.shuffle = 0 as is_as_of,
            evaluations.is_replayed,
            outcomes.outcome_date >= evaluations.recent_starts_on as is_recent,
            outcomes.outcome_date >= evaluations.history_starts_on
            and outcomes.outcome_date < evaluations.recent_starts_on as is_history
        from outcomes
        inner join
            evaluations
            on outcomes.outcome_date <= evaluations.evaluation_date
            and (outcomes.shuffle = 0 or evaluations.is_as_of)
    )

select
    evaluation_date,
    shuffle,
    is_as_of,
    is_replayed,
    grain,
    {{ dimensions() | join(",\n    ") }},
    cast(sum(deals) as bigint) as closed_deals,
    cast(sum(won_deals) as bigint) as won_deals,
    cast(sum(deals_without_amount) as bigint) as deals_without_amount,
    {{ total_amount("amount") }} as closed_amount,
    {{ total_amount("won_amount") }} as won_amount,
    cast(coalesce(sum(deals) filter (where is_recent), 0) as bigint) as recent_deals,
    cast(coalesce(sum(won_deals) filter (where is_recent), 0) as bigint) as recent_won_deals,
    cast(coalesce(sum(deals) filter (where is_history), 0) as bigint) as history_deals,
    cast(coalesce(sum(won_deals) filter (where is_history), 0) as bigint) as history_won_deals
from known
group by evaluation_date, shuffle, is_as_of, is_replayed, grain, {{ dimensions() | join(", ") }}

with
    evaluations as (select * from {{ ref("int_evaluations") }}),
    daily as (select * from {{ ref("int_daily_outcomes") }}),

    -- What was created and has not closed is open: a book of any day follows from the counts.
    known as (
        select
            daily.*,
            evaluations.evaluation_date,
            evaluations.is_as_of,
            case daily.clock when 'created' then 1 else {{ closed_deals_in_pipeline() }} end as sign
        from daily
        inner join evaluations on daily.outcome_date <= evaluations.evaluation_date
    ),

    summed as (
        select
            evaluation_date,
            is_as_of,
            grain,
            {{ dimensions() | join(",\n            ") }},
            cast(sum(sign * deals) as bigint) as pipeline_deals,
            {{ total_amount("sign * amount") }} as pipeline_amount,
            cast(sum(sign * deals_without_amount) as bigint) as deals_without_amount
        from known
        group by evaluation_date, is_as_of, grain, {{ dimensions() | join(", ") }}
    )

select
    *,
    {{ ratio("pipeline_amount", "max(pipeline_amount) over (partition by evaluation_date)") }}
    as amount_share
from summed
where pipeline_deals > 0

with
    evaluations as (select * from {{ ref("int_evaluations") }} where is_replayed),
    pace as (select * from {{ ref("int_pace") }} where pace_grain = 'overall'),
    created as (
        select * from {{ ref("int_daily_outcomes") }} where clock = 'created' and grain = 'overall'
    ),

    last_created as (
        select evaluations.evaluation_date, max(created.outcome_date) as last_created_date
        from evaluations
        inner join created on created.outcome_date <= evaluations.evaluation_date
        group by evaluations.evaluation_date
    ),

    -- Later closings are those of slow deals only: the quick ones would have been created after the
    -- extract stopped creating deals.
    covered as (
        select
            last_created.evaluation_date,
            last_created.last_created_date,
            pace.fast_days,
            {{ add_days("last_created.last_created_date", "pace.fast_days") }} as covered_until
        from last_created
        inner join pace on pace.evaluation_date = last_created.evaluation_date
    )

select
    *, {{ guarded_truncation("coalesce(evaluation_date > covered_until, false)") }} as is_truncated
from covered

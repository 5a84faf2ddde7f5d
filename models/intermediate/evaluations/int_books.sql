{%- set segment = ["industry", "region", "deal_stage"] | join(", ") -%}
with
    evaluations as (select * from {{ ref("int_evaluations") }} where is_replayed),

    -- Counted before they are spread over the dates: of the closed deals only the age at closing
    -- matters, of the open ones only the day of creation. A CTE of all deals, read twice, would be
    -- held in memory.
    closed as (
        select
            {{ segment }},
            {{ evaluated_from("closed_date") }} as closed_by,
            sales_cycle_days,
            {{ deal_sums() }}
        from {{ ref("int_deals_as_of") }}
        where is_closed
        group by {{ segment }}, {{ evaluated_from("closed_date") }}, sales_cycle_days
    ),

    created as (
        select
            {{ segment }},
            {{ evaluated_from("closed_date") }} as closed_by,
            created_date,
            {{ deal_sums() }}
        from {{ ref("int_deals_as_of") }}
        group by {{ segment }}, {{ evaluated_from("closed_date") }}, created_date
    )

select
    evaluations.evaluation_date,
    {{ segment }},
    true as is_closed,
    closed.sales_cycle_days as age_days,
    {{ sums_of_deal_sums() }}
from closed
inner join evaluations on closed.closed_by <= evaluations.evaluation_date
group by evaluations.evaluation_date, {{ segment }}, closed.sales_cycle_days
union all
select
    evaluations.evaluation_date,
    {{ segment }},
    false as is_closed,
    {{ days_between("created.created_date", "evaluations.evaluation_date") }} as age_days,
    {{ sums_of_deal_sums() }}
from created
inner join
    evaluations
    on created.created_date <= evaluations.evaluation_date
    and (created.closed_by is null or created.closed_by > evaluations.evaluation_date)
group by evaluations.evaluation_date, {{ segment }}, created.created_date

with
    pace as (select * from {{ ref("int_stalling") }} where pipeline_deals > 0),

    -- How far the closings of a segment fall short of what the pace of all deals would give.
    scored as (
        select
            *,
            case
                when {{ at_least("expected_closings", threshold("min_expected_deals")) }}
                then (expected_closings - closed_deals) / nullif(sqrt(expected_closings), 0)
            end as z_score
        from pace
    ),

    tested as (
        select *, {{ one_sided_p("z_score", normal_tail("z_score")) }} as p_value from scored
    ),

    stepped as (select *, {{ q_step("p_value", "evaluation_date") }} as q_step from tested)

select
    *,
    {{ q_value("p_value", "q_step", "evaluation_date") }} as q_value,
    count(p_value) over (partition by evaluation_date) as tests
from stepped

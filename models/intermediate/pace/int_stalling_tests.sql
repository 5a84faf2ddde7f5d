{%- set stage = "evaluation_date, deal_stage" -%}
with
    pace as (select * from {{ ref("int_stalling") }} where pipeline_deals > 0),

    staged as (
        select
            *,
            cast(
                sum(pipeline_deals) over (partition by {{ stage }}) as bigint
            ) as stage_pipeline_deals,
            cast(
                sum(stalled_deals) over (partition by {{ stage }}) as bigint
            ) as stage_stalled_deals
        from pace
    ),

    -- A segment is compared with the others in its stage, each deal by the limit of its own
    -- segment, since one that is always slower has later limits. Closed deals have no part in it:
    -- they may have been given other stages.
    scored as (
        select
            *,
            stage_pipeline_deals - pipeline_deals as other_pipeline_deals,
            stage_stalled_deals - stalled_deals as other_stalled_deals,
            {{
                share_in_excess_z(
                    "stalled_deals",
                    "pipeline_deals",
                    "stage_stalled_deals",
                    "stage_pipeline_deals",
                )
            }} as z_score
        from staged
    ),

    tested as (
        select *, {{ one_sided_p("z_score", normal_tail("z_score")) }} as p_value from scored
    ),

    stepped as (select *, {{ q_step("p_value", "evaluation_date") }} as q_step from tested)

select
    *,
    pipeline_deals
    * {{ ratio("other_stalled_deals", "other_pipeline_deals") }} as expected_stalled_deals,
    {{ q_value("p_value", "q_step", "evaluation_date") }} as q_value,
    count(p_value) over (partition by evaluation_date) as tests
from stepped

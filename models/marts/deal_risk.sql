{%- set cell = ["industry", "region", "lead_source", "deal_stage"] -%}
with
    deals as (select * from {{ ref("deals") }} where is_pipeline),
    scores as (select * from {{ ref("int_cell_scores") }} where shuffle = 0 and is_in_force),
    ages as (select * from {{ ref("int_pipeline_ages") }}),
    skill as (select * from {{ ref("score_skill") }}),

    scored as (
        select
            deals.*,
            scores.cell_closed_deals,
            scores.segment_closed_deals,
            scores.cell_win_rate,
            scores.segment_win_rate,
            scores.baseline_win_rate,
            scores.is_without_stage,
            scores.score_basis,
            scores.win_probability,
            scores.risk_band,
            skill.is_informative,
            ages.stall_limit_days,
            ages.critical_stall_limit_days,
            ages.limit_basis,
            ages.is_stalled,
            ages.is_critically_stalled
        from deals
        inner join
            scores
            on scores.evaluation_date = deals.as_of_date
            and {{ same_segment("scores", "deals", cell) }}
        inner join
            ages
            on ages.evaluation_date = deals.as_of_date
            and ages.is_closed = deals.is_closed
            and ages.age_days = deals.age_days
            and {{ same_segment("ages", "deals", ["industry", "region", "deal_stage"]) }}
        inner join skill on skill.as_of_date = deals.as_of_date
    )

select
    deal_id,
    sales_rep_id,
    industry,
    region,
    lead_source,
    deal_stage,
    product_type,
    deal_size_band,
    deal_amount,
    age_days,
    cell_closed_deals,
    segment_closed_deals,
    win_probability as segment_win_probability,
    score_basis,
    risk_band,
    is_informative,
    win_probability * cast(deal_amount as {{ type_double() }}) as expected_amount,
    (1 - win_probability) * cast(deal_amount as {{ type_double() }}) as amount_at_risk,
    stall_limit_days,
    critical_stall_limit_days,
    limit_basis as stall_limit_basis,
    is_stalled,
    is_critically_stalled,
    {{ risk_reasons() }} as risk_reasons,
    created_date,
    as_of_date
from scored

{%- set driver = ["industry", "region", "lead_source"] -%}
with
    scorings as (select * from {{ ref("int_scorings") }}),
    outcomes as (select * from {{ ref("int_segment_outcomes") }} where grain = 'overall'),
    segments as (
        select * from {{ ref("int_shrunk_segments") }} where grain = 'industry_region_lead_source'
    ),
    cells as (select * from {{ ref("int_shrunk_cells") }}),
    deal_groups as (select * from {{ ref("int_deal_groups") }}),

    occurring as (select distinct {{ driver | join(", ") }}, deal_stage from deal_groups),

    rated as (
        select
            scorings.*,
            occurring.*,
            coalesce(cells.closed_deals, 0) as cell_closed_deals,
            cells.win_rate as cell_win_rate,
            cells.shrunk_win_rate as cell_shrunk_win_rate,
            cells.prior_deals as cell_prior_deals,
            coalesce(segments.closed_deals, 0) as segment_closed_deals,
            segments.win_rate as segment_win_rate,
            segments.shrunk_win_rate as segment_shrunk_win_rate,
            segments.prior_deals as segment_prior_deals,
            {{ ratio("outcomes.won_deals", "outcomes.closed_deals") }} as baseline_win_rate
        from scorings
        cross join occurring
        left join
            outcomes
            on outcomes.evaluation_date = scorings.evaluation_date
            and outcomes.shuffle = scorings.shuffle
        left join
            segments
            on segments.evaluation_date = scorings.evaluation_date
            and segments.shuffle = scorings.shuffle
            and {{ same_segment("segments", "occurring", driver) }}
        left join
            cells
            on cells.evaluation_date = scorings.evaluation_date
            and cells.shuffle = scorings.shuffle
            and {{ same_segment("cells", "occurring", driver + ["deal_stage"]) }}
    ),

    scored as (select *, {{ score_basis() }} as score_basis from rated),

    weighed as (select *, {{ win_probability() }} as win_probability from scored)

select *, {{ risk_band("win_probability", "baseline_win_rate") }} as risk_band
from weighed

{%- set driver = ["industry", "region", "lead_source"] -%}
with
    evaluations as (select * from {{ ref("int_evaluations") }}),
    outcomes as (select * from {{ ref("int_segment_outcomes") }} where grain = 'overall'),
    segments as (
        select * from {{ ref("int_shrunk_segments") }} where grain = 'industry_region_lead_source'
    ),
    cells as (select * from {{ ref("int_shrunk_cells") }}),
    deals as (select * from {{ ref("int_deals_as_of") }}),
    deciding_stages as (select * from {{ ref("int_deciding_stages") }}),

    occurring as (select distinct {{ driver | join(", ") }}, deal_stage from deals),

    -- A book is scored also while nothing has closed: with no probability.
    asked as (
        select evaluation_date, 0 as shuffle
        from evaluations
        union
        select evaluation_date, shuffle
        from outcomes
    ),

    deciding as (select distinct evaluation_date, shuffle from deciding_stages),

    rated as (
        select
            asked.evaluation_date,
            asked.shuffle,
            occurring.*,
            coalesce(cells.closed_deals, 0) as cell_closed_deals,
            cells.win_rate as cell_win_rate,
            cells.shrunk_win_rate as cell_shrunk_win_rate,
            cells.prior_deals as cell_prior_deals,
            coalesce(segments.closed_deals, 0) as segment_closed_deals,
            segments.win_rate as segment_win_rate,
            segments.shrunk_win_rate as segment_shrunk_win_rate,
            segments.prior_deals as segment_prior_deals,
            {{ ratio("outcomes.won_deals", "outcomes.closed_deals") }} as baseline_win_rate,
            deciding.evaluation_date is not null as has_deciding_stage
        from asked
        cross join occurring
        left join
            outcomes
            on outcomes.evaluation_date = asked.evaluation_date
            and outcomes.shuffle = asked.shuffle
        left join
            segments
            on segments.evaluation_date = asked.evaluation_date
            and segments.shuffle = asked.shuffle
            and {{ same_segment("segments", "occurring", driver) }}
        left join
            cells
            on cells.evaluation_date = asked.evaluation_date
            and cells.shuffle = asked.shuffle
            and {{ same_segment("cells", "occurring", driver + ["deal_stage"]) }}
        left join
            deciding
            on deciding.evaluation_date = asked.evaluation_date
            and deciding.shuffle = asked.shuffle
    ),

    scored as (select *, {{ score_basis() }} as score_basis from rated),

    weighed as (select *, {{ win_probability() }} as win_probability from scored)

select *, {{ risk_band("win_probability", "baseline_win_rate") }} as risk_band
from weighed

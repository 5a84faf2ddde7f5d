{%- set family = "evaluation_date, shuffle, grain" -%}
with
    segments as (select * from {{ ref("int_segment_outcomes") }}),
    totals as (select * from segments where grain = 'overall'),

    -- A segment is compared with all other deals, not with a total that contains it.
    compared as (
        select
            segments.*,
            {{ ratio("segments.won_deals", "segments.closed_deals") }} as win_rate,
            {{ ratio("totals.won_deals", "totals.closed_deals") }} as baseline_win_rate,
            totals.closed_deals - segments.closed_deals as rest_deals,
            totals.won_deals - segments.won_deals as rest_won_deals
        from segments
        inner join
            totals
            on totals.evaluation_date = segments.evaluation_date
            and totals.shuffle = segments.shuffle
    ),

    scored as (
        select
            *,
            {{ two_proportion_z("won_deals", "closed_deals", "rest_won_deals", "rest_deals") }}
            as z_score
        from compared
    ),

    tested as (select *, {{ two_sided_p(normal_tail("z_score")) }} as p_value from scored),

    stepped as (select *, {{ q_step("p_value", family) }} as q_step from tested)

select *, {{ q_value("p_value", "q_step", family) }} as q_value
from stepped

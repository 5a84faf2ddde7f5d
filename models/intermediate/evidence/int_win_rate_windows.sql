{%- set family = "evaluation_date, shuffle, grain" -%}
{%- set recent = ["recent_won_deals", "recent_deals"] -%}
{%- set history = ["history_won_deals", "history_deals"] -%}
{%- set error = difference_error(*(history + recent)) -%}
with
    segments as (
        select *
        from {{ ref("int_segment_outcomes") }}
        where
            is_replayed
            and grain in {{ win_rate_drop_grains() }}
            and recent_deals + history_deals > 0
    ),
    coverage as (select * from {{ ref("int_extract_coverage") }}),

    rated as (
        select
            segments.*,
            coverage.is_truncated,
            {{ ratio(*recent) }} as recent_win_rate,
            {{ ratio(*history) }} as history_win_rate,
            {{ wilson_low(*recent) }} as recent_low,
            {{ wilson_high(*recent) }} as recent_high,
            {{ wilson_low(*history) }} as history_low,
            {{ wilson_high(*history) }} as history_high,
            not coverage.is_truncated
            and recent_deals >= {{ threshold("win_rate_drop_min_deals") }}
            and history_deals >= {{ threshold("win_rate_drop_min_deals") }} as is_evaluated
        from segments
        inner join coverage on coverage.evaluation_date = segments.evaluation_date
    ),

    scored as (
        select
            *,
            history_win_rate - recent_win_rate as win_rate_drop,
            {{
                difference_low(
                    "history_win_rate", "history_low", "recent_win_rate", "recent_high"
                )
            }} as win_rate_drop_low,
            {{
                difference_high(
                    "history_win_rate", "history_high", "recent_win_rate", "recent_low"
                )
            }} as win_rate_drop_high,
            case
                when is_evaluated
                then
                    {{ detectable_difference(error, z_95_one_sided(), threshold("win_rate_drop")) }}
            end as detectable_effect,
            case when is_evaluated then {{ two_proportion_z(*(history + recent)) }} end as z_score
        from rated
    ),

    tested as (
        select *, {{ one_sided_p("z_score", normal_tail("z_score")) }} as p_value from scored
    ),

    stepped as (select *, {{ q_step("p_value", family) }} as q_step from tested)

select
    *,
    {{ q_value("p_value", "q_step", family) }} as q_value,
    count(p_value) over (partition by {{ family }}) as tests
from stepped

{%- set dimensions = ["industry", "region", "lead_source"] -%}
{%- set suggestive = threshold("suggestive_p_value") -%}
with
    fired as (select * from {{ ref("rule_win_rate_drop") }} where is_as_of and is_fired),

    -- Each fired segment with each fired part of it, and what is left of it without the part.
    rests as (
        select
            wide.alert_key as wide_key,
            narrow.alert_key as narrow_key,
            wide.p_value as wide_p_value,
            narrow.p_value as narrow_p_value,
            wide.history_deals - narrow.history_deals as history_deals,
            wide.history_won_deals - narrow.history_won_deals as history_won_deals,
            wide.recent_deals - narrow.recent_deals as recent_deals,
            wide.recent_won_deals - narrow.recent_won_deals as recent_won_deals
        from fired as wide
        inner join
            fired as narrow on narrow.grain <> wide.grain
            {%- for dimension in dimensions %}
                and coalesce(wide.{{ dimension }}, narrow.{{ dimension }})
                is not distinct from narrow.{{ dimension }}
            {%- endfor %}
    ),

    scored as (
        select
            *,
            {{
                two_proportion_z(
                    "history_won_deals", "history_deals", "recent_won_deals", "recent_deals"
                )
            }} as z_score
        from rests
    ),

    tested as (
        select *, {{ one_sided_p("z_score", normal_tail("z_score")) }} as rest_p_value from scored
    ),

    -- The part explains the whole where the rest of it does not fall; where the rest falls too, or
    -- nothing is left to tell, the whole explains the part.
    judged as (select *, rest_p_value > {{ suggestive }} as is_explained_by_part from tested),

    explained as (
        select
            case when is_explained_by_part then wide_key else narrow_key end as alert_key,
            case when is_explained_by_part then narrow_key else wide_key end as explained_by,
            case
                when is_explained_by_part then narrow_p_value else wide_p_value
            end as explaining_p_value,
            case
                when is_explained_by_part then 'Most of it is in ' else 'It is part of the fall in '
            end as explained_as
        from judged
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by alert_key order by explaining_p_value, explained_by
            ) as preference
        from explained
        where explaining_p_value <= {{ suggestive }}
    )

select
    ranked.alert_key,
    ranked.explained_by,
    ranked.explained_as
    || {{ segment_label(["fired.industry", "fired.region", "fired.lead_source"]) }} as explanation
from ranked
inner join fired on fired.alert_key = ranked.explained_by
where ranked.preference = 1

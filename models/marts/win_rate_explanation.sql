{%- set list = "partition by clock, weight, grain" -%}
{%- set largest_first = list ~ " order by explained_share desc, " ~ dimensions() | join(", ") -%}
with
    -- The stage in which deals were closed explains nothing, and a person is not named from a
    -- quarter's few deals.
    changes as (
        select *
        from {{ ref("win_rate_change") }}
        where grain not in ('overall', 'deal_stage', 'sales_rep_id') and explained_share is not null
    ),

    -- What moved the other way counts against the change, and comes last.
    ranked as (
        select
            *,
            cast(row_number() over ({{ largest_first }}) as bigint) as segment_rank,
            sum(explained_share) over (
                {{ largest_first }} rows unbounded preceding
            ) as explained_share_so_far
        from changes
    ),

    -- As many of the largest as it takes: a list ends with the segment that completes it.
    listed as (
        select
            *,
            count(*) over ({{ list }}) as list_length,
            min(case when segment_rank = 1 then q_value end) over ({{ list }}) as first_q_value,
            min(case when segment_rank = 1 and is_proven_leader then q_value end) over (
                {{ list }}
            ) as first_proven_q_value
        from ranked
        where
            explained_share_so_far - explained_share
            < {{ threshold("explained_change_share") }} - 1e-9
    ),

    -- The list that begins with a proven leader, of several the surest; where all begin with luck,
    -- the shortest.
    preferred as (
        select
            *,
            dense_rank() over (
                partition by clock, weight
                order by
                    first_proven_q_value nulls last, list_length, first_q_value nulls last, grain
            ) as preference
        from listed
    )

select
    clock,
    weight,
    segment_rank,
    grain,
    {{ dimensions() | join(",\n    ") }},
    presence,
    deals_before,
    deals_after,
    win_rate_before,
    win_rate_after,
    rate_effect,
    mix_effect,
    contribution,
    win_rate_change,
    explained_share,
    explained_share_so_far,
    p_value,
    q_value,
    verdict,
    is_proven_leader,
    {{ segment_label(dimensions(), named=true) }}
    || ' '
    || {{ as_signed_points("contribution") }}
    || {{ proof_of_leading() }} as headline
from preferred
where preference = 1

{%- set list = "clock, weight, grain" -%}
{%- set largest_first = "explained_share desc, " ~ dimensions() | join(", ") -%}
with
    changes as (select * from {{ ref("win_rate_change") }}),
    overall as (select * from changes where grain = 'overall'),

    -- What moved the other way counts against the change, and comes last. The stage in which deals
    -- were closed explains nothing, and a person is not named from a quarter's few deals.
    shared as (
        select
            changes.*,
            overall.contribution as win_rate_change,
            {{ ratio("changes.contribution", "overall.contribution") }} as explained_share
        from changes
        inner join overall on overall.clock = changes.clock and overall.weight = changes.weight
        where
            changes.grain not in ('overall', 'deal_stage', 'sales_rep_id')
            and changes.contribution is not null
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by {{ list }} order by {{ largest_first }}
            ) as segment_rank,
            sum(explained_share) over (
                partition by {{ list }} order by {{ largest_first }} rows unbounded preceding
            ) as explained_share_so_far
        from shared
    ),

    -- As many of the largest as it takes: a list ends with the segment that completes it.
    listed as (
        select *
        from ranked
        where
            explained_share_so_far - explained_share
            < {{ threshold("explained_change_share") }} - 1e-9
    ),

    -- The shortest list, and of equally short ones that whose first segment is surest.
    grains as (
        select
            {{ list }},
            row_number() over (
                partition by clock, weight
                order by
                    count(*), min(case when segment_rank = 1 then q_value end) nulls last, grain
            ) as preference
        from listed
        group by {{ list }}
    )

select
    listed.clock,
    listed.weight,
    listed.segment_rank,
    listed.grain,
    listed.{{ dimensions() | join(",\n    listed.") }},
    listed.presence,
    listed.deals_before,
    listed.deals_after,
    listed.win_rate_before,
    listed.win_rate_after,
    listed.rate_effect,
    listed.mix_effect,
    listed.contribution,
    listed.win_rate_change,
    listed.explained_share,
    listed.explained_share_so_far,
    listed.p_value,
    listed.q_value,
    listed.verdict
from listed
inner join
    grains
    on grains.clock = listed.clock
    and grains.weight = listed.weight
    and grains.grain = listed.grain
where grains.preference = 1

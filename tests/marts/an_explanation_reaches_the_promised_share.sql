-- Each change of the win rate is explained, to the promised share unless the list holds every
-- segment of its grain, and by no segment more than that takes.
{%- set promised_share = threshold("explained_change_share") %}
with
    changes as (select * from {{ ref("win_rate_change") }}),
    explanation as (select * from {{ ref("win_rate_explanation") }}),

    explained as (
        select
            clock,
            weight,
            grain,
            count(*) as listed_segments,
            sum(contribution) as listed_contribution,
            min(explained_share) as last_share
        from explanation
        group by clock, weight, grain
    ),

    segments as (
        select clock, weight, grain, count(*) as segments from changes group by clock, weight, grain
    ),

    compared as (
        select
            overall.clock,
            overall.weight,
            explained.grain,
            explained.listed_segments,
            segments.segments,
            explained.listed_contribution / overall.contribution as share,
            explained.last_share
        from changes as overall
        left join explained on explained.clock = overall.clock and explained.weight = overall.weight
        left join
            segments
            on segments.clock = explained.clock
            and segments.weight = explained.weight
            and segments.grain = explained.grain
        where overall.grain = 'overall' and overall.contribution <> 0
    )

select *
from compared
where
    grain is null
    or (share < {{ promised_share }} - 1e-8 and listed_segments < segments)
    or share - last_share >= {{ promised_share }} + 1e-8

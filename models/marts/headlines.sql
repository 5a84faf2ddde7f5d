{%- set period = change_period() -%}
with
    baseline as (select * from {{ ref("win_rate_baseline") }}),
    summaries as (select * from {{ ref("win_rate_change_summary") }} where weight = 'count'),
    explanations as (
        select * from {{ ref("win_rate_explanation") }} where clock = 'closed' and weight = 'count'
    ),
    skill as (select * from {{ ref("score_skill") }}),
    trend as (
        select *
        from {{ ref("win_rate_trend") }}
        where period_type = '{{ period }}' and grain = 'overall' and clock = 'closed'
    ),

    changes as (select * from summaries where grain = 'overall'),

    -- Of the dimensions one by one, that whose mix did most.
    mixes as (
        select *, row_number() over (order by abs(mix_effect) desc, grain) as mix_rank
        from summaries
        where
            clock = 'closed'
            and grain in ('industry', 'region', 'lead_source', 'product_type', 'deal_size_band')
    ),

    explained as (
        select {{ string_agg("headline", ", ", "segment_rank") }} as segments
        from explanations
        having count(*) > 0
    ),

    sentences as (
        select 1 as position, 'baseline' as topic, headline as sentence
        from baseline
        union all
        select 2, 'change', headline
        from changes
        where clock = 'closed'
        union all
        select 3, 'explanation', 'It sits in ' || segments || '.'
        from explained
        union all
        select 4, 'mix', headline
        from mixes
        where mix_rank = 1
        union all
        select 5, 'clocks', 'Counted by created date it moved the other way: ' || headline
        from changes
        where clock = 'created' and clocks_disagree
        union all
        select
            6,
            'left out',
            'Not compared, as the extract no longer created the quick deals that would close in it: '
            || {{ string_agg(period_name("period_start", period), ", ", "period_start") }}
            || '.'
        from trend
        where period_status = 'truncated'
        having count(*) > 0
        union all
        select 7, 'scores', headline
        from skill
    )

select position, topic, sentence
from sentences

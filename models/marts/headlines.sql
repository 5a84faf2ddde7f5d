{%- set period = change_period() -%}
with
    baseline as (select * from {{ ref("win_rate_baseline") }}),
    summaries as (select * from {{ ref("win_rate_change_summary") }} where weight = 'count'),
    explanations as (
        select * from {{ ref("win_rate_explanation") }} where clock = 'closed' and weight = 'count'
    ),
    skill as (select * from {{ ref("score_skill") }}),
    coverage as (
        select *
        from {{ ref("int_extract_coverage") }}
        where is_truncated and evaluation_date = (select as_of_date from {{ ref("as_of") }})
    ),
    trend as (
        select *
        from {{ ref("win_rate_trend") }}
        where period_type = '{{ period }}' and grain = 'overall' and clock = 'closed'
    ),

    changes as (
        select *, {{ is_more_than_luck("verdict") }} as is_more_than_luck
        from summaries
        where grain = 'overall'
    ),

    -- Of the dimensions one by one, that whose mix did most.
    mixes as (
        select *, row_number() over (order by abs(mix_effect) desc nulls last, grain) as mix_rank
        from summaries
        where
            clock = 'closed'
            and grain in ('industry', 'region', 'lead_source', 'product_type', 'deal_size_band')
    ),

    explained as (
        select
            {{ string_agg("headline", ", ", "segment_rank") }} as explaining_segments,
            bool_or(segment_rank = 1 and is_proven_leader) as is_place_proven
        from explanations
        having count(*) > 0
    ),

    sentences as (
        select 1 as position, 'baseline' as topic, headline as sentence, false as is_told_when_quiet
        from baseline
        union all
        select 2, 'extract', {{ extract_headline("last_created_date") }}, true
        from coverage
        union all
        select 3, 'change', headline, is_more_than_luck
        from changes
        where clock = 'closed'
        union all
        select 3, 'change', 'No two complete {{ period }}s can be compared.', true
        from baseline
        where closed_deals > 0 and not exists (select * from changes where clock = 'closed')
        union all
        -- A change that luck may have made sits nowhere.
        select
            4,
            'explanation',
            {{ explanation_headline("is_place_proven", "explaining_segments") }},
            true
        from explained
        inner join changes on clock = 'closed' and is_more_than_luck
        union all
        select 5, 'mix', headline, false
        from mixes
        where mix_rank = 1 and {{ at_least("abs(mix_effect)", threshold("told_mix_effect")) }}
        union all
        select 6, 'clocks', 'Counted by created date it moved the other way. ' || headline, true
        from changes
        where clock = 'created' and clocks_disagree
        union all
        select 7, 'left out', {{ left_out_headline("period_start", period) }}, true
        from trend
        where period_status = 'truncated'
        having count(*) > 0
        union all
        select 8, 'scores', headline, not is_informative or deciding_stages is not null
        from skill
    )

select position, topic, sentence, is_told_when_quiet
from sentences

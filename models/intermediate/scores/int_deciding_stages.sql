{%- set bound = threshold("deciding_stage_win_rate") -%}
with
    stages as (
        select
            *,
            {{ wilson_low("won_deals", "closed_deals") }} as win_rate_low,
            {{ wilson_high("won_deals", "closed_deals") }} as win_rate_high
        from {{ ref("int_segment_tests") }}
        where grain = 'deal_stage'
    )

-- Where deals are moved to a stage because they were won or lost, the stage of a closed deal tells
-- nothing about an open one. All of the interval must lie beyond the bound, for few deals decide
-- nothing; and the baseline must not, for where hardly any deal is won no stage is to blame.
select evaluation_date, shuffle, deal_stage, closed_deals, won_deals
from stages
where
    {{ guards_stages() }}
    and (
        (win_rate_low > {{ bound }} and baseline_win_rate <= {{ bound }})
        or (win_rate_high < 1 - {{ bound }} and baseline_win_rate >= 1 - {{ bound }})
    )

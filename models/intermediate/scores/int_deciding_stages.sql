{%- set bound = threshold("deciding_stage_win_rate") -%}
with stages as (select * from {{ ref("int_segment_outcomes") }} where grain = 'deal_stage')

-- Where deals are moved to a stage because they were won or lost, the stage of a closed deal tells
-- nothing about an open one. All of the interval must lie beyond the bound: few deals decide
-- nothing.
select evaluation_date, shuffle, deal_stage, closed_deals, won_deals
from stages
where
    {{ guards_stages() }}
    and (
        {{ wilson_low("won_deals", "closed_deals") }} > {{ bound }}
        or {{ wilson_high("won_deals", "closed_deals") }} < 1 - {{ bound }}
    )

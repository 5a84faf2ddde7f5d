{#
    How much the win rates of a family of segments differ beyond chance: 0 or less not at all, 1 as
    much as deals that all end like the others of their segment. Beta-binomial by the method of
    moments (Kleinman, 1973). An aggregate over rows with each segment's deals, spread (its win rate
    minus its centre), chance (the variance of one deal, centre × (1 - centre)) and own_share (how much
    of its centre is the segment itself: its share of the deals where the centre is the mean of all,
    which is Kleinman's case). NULL where no segment has two deals to compare.
#}
{% macro overdispersion(deals, spread, chance, own_share) -%}
    sum({{ deals }} * {{ spread }} * {{ spread }} - {{ chance }} * (1 - {{ own_share }}))
        / nullif(sum({{ chance }} * ({{ deals }} - 1) * (1 - {{ own_share }})), 0)
{%- endmacro %}


{# How many deals of the centre's rate an overdispersion adds to each segment; NULL stands for no end of them. #}
{% macro prior_deals(overdispersion) -%}
    case when {{ overdispersion }} > 1e-9 then greatest(1 / {{ overdispersion }} - 1, 0) end
{%- endmacro %}


{# A win rate drawn to its centre; with no end of prior deals it is the centre. #}
{% macro shrunk_rate(won, deals, centre, prior_deals) -%}
    coalesce(({{ won }} + {{ centre }} * {{ prior_deals }}) / ({{ deals }} + {{ prior_deals }}), {{ centre }})
{%- endmacro %}

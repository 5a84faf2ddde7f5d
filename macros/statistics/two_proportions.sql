{#
    The z score of two win rates, pooled: above 0 where the first is higher. NULL where fewer than
    `min_expected_deals` won or lost deals are expected on either side, for there it would mislead.
#}
{% macro two_proportion_z(won, deals, other_won, other_deals) -%}
    case
        when {{ sales_insights.at_least(sales_insights.fewest_expected(won, deals, other_won, other_deals), sales_insights.threshold('min_expected_deals')) }}
        then (cast({{ won }} as double) / {{ deals }} - cast({{ other_won }} as double) / {{ other_deals }})
            / nullif({{ sales_insights.difference_error(won, deals, other_won, other_deals) }}, 0)
    end
{%- endmacro %}


{# The fewest won or lost deals to expect on either side if both sides win alike. #}
{% macro fewest_expected(won, deals, other_won, other_deals) -%}
    least({{ deals }}, {{ other_deals }}) * {{ sales_insights.pooled_rate('least(' ~ won ~ ' + ' ~ other_won ~ ', ' ~ deals ~ ' - ' ~ won ~ ' + ' ~ other_deals ~ ' - ' ~ other_won ~ ')', deals, other_deals) }}
{%- endmacro %}

{% macro pooled_rate(won, deals, other_deals) -%}
    (cast({{ won }} as double) / nullif({{ deals }} + {{ other_deals }}, 0))
{%- endmacro %}


{# The standard error of the difference of two win rates that are alike. #}
{% macro difference_error(won, deals, other_won, other_deals) -%}
    {%- set rate = sales_insights.pooled_rate(won ~ ' + ' ~ other_won, deals, other_deals) -%}
    sqrt({{ rate }} * (1 - {{ rate }}) * (1e0 / nullif({{ deals }}, 0) + 1e0 / nullif({{ other_deals }}, 0)))
{%- endmacro %}


{# The smallest true difference of two win rates that a one-sided test at 5 % shows with a power of 80 %. #}
{% macro detectable_difference(won, deals, other_won, other_deals) -%}
    ({{ sales_insights.z_95_one_sided() }} + {{ sales_insights.z_80() }})
        * {{ sales_insights.difference_error(won, deals, other_won, other_deals) }}
{%- endmacro %}


{# What a rule would have told: the smallest effect its test sees, but not less than it asks for. #}
{% macro detectable_effect(smallest_seen, threshold) -%}
    case when {{ smallest_seen }} is not null then greatest({{ smallest_seen }}, {{ threshold }}) end
{%- endmacro %}


{#
    The ends of the 95 % interval of the difference of two win rates (Newcombe, 1998), from the
    Wilson intervals of both: a low end from the first one's low and the other's high, and the reverse.
#}
{% macro difference_low(rate, low, other_rate, other_high) -%}
    {{ rate }} - {{ other_rate }} - sqrt(({{ rate }} - {{ low }}) * ({{ rate }} - {{ low }}) + ({{ other_high }} - {{ other_rate }}) * ({{ other_high }} - {{ other_rate }}))
{%- endmacro %}

{% macro difference_high(rate, high, other_rate, other_low) -%}
    {{ rate }} - {{ other_rate }} + sqrt(({{ high }} - {{ rate }}) * ({{ high }} - {{ rate }}) + ({{ other_rate }} - {{ other_low }}) * ({{ other_rate }} - {{ other_low }}))
{%- endmacro %}

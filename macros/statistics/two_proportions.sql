{#
    The z score of two win rates, pooled: above 0 where the first is higher. NULL where fewer than
    `min_expected_deals` won or lost deals are expected on either side, for there it would mislead.
#}
{% macro two_proportion_z(won, deals, other_won, other_deals) -%}
    case
        when {{ sales_insights.at_least(sales_insights.fewest_expected(won, deals, other_won, other_deals), sales_insights.threshold('min_expected_deals')) }}
        then (cast({{ won }} as {{ sales_insights.type_double() }}) / {{ deals }} - cast({{ other_won }} as {{ sales_insights.type_double() }}) / {{ other_deals }})
            / nullif({{ sales_insights.difference_error(won, deals, other_won, other_deals) }}, 0)
    end
{%- endmacro %}


{# The fewest won or lost deals to expect on either side if both sides win alike. #}
{% macro fewest_expected(won, deals, other_won, other_deals) -%}
    least({{ deals }}, {{ other_deals }}) * {{ sales_insights.pooled_rate('least(' ~ won ~ ' + ' ~ other_won ~ ', ' ~ deals ~ ' - ' ~ won ~ ' + ' ~ other_deals ~ ' - ' ~ other_won ~ ')', deals, other_deals) }}
{%- endmacro %}

{% macro pooled_rate(won, deals, other_deals) -%}
    (cast({{ won }} as {{ sales_insights.type_double() }}) / nullif({{ deals }} + {{ other_deals }}, 0))
{%- endmacro %}


{# The standard error of the difference of two win rates that are alike, and its square. #}
{% macro difference_error(won, deals, other_won, other_deals) -%}
    sqrt({{ sales_insights.difference_variance(won, deals, other_won, other_deals) }})
{%- endmacro %}

{% macro difference_variance(won, deals, other_won, other_deals) -%}
    {%- set rate = sales_insights.pooled_rate(won ~ ' + ' ~ other_won, deals, other_deals) -%}
    {{ rate }} * (1 - {{ rate }}) * (1e0 / nullif({{ deals }}, 0) + 1e0 / nullif({{ other_deals }}, 0))
{%- endmacro %}


{#
    The smallest true difference of two win rates that a rule tells, at least as suggestive, four times
    in five: its test must see it (z is its 5 % point), and it must come out beyond the threshold.
#}
{% macro detectable_difference(error, z, threshold) -%}
    greatest({{ z }} * {{ error }}, {{ threshold }}) + {{ sales_insights.z_80() }} * {{ error }}
{%- endmacro %}


{#
    The z score of two changes of a win rate, a segment's and everyone else's: above 0 where the segment
    rose more. Each argument is a pair, won and deals, and each change is tested like a difference of two rates.
#}
{% macro contrast_z(after, before, rest_after, rest_before) -%}
    {%- set sides = [after + before, rest_after + rest_before] -%}
    case
        when
    {%- for won, deals, other_won, other_deals in sides %}
            {{ sales_insights.at_least(sales_insights.fewest_expected(won, deals, other_won, other_deals), sales_insights.threshold('min_expected_deals')) }}
            {{- ' and' if not loop.last }}
    {%- endfor %}
        then (
    {%- for won, deals, other_won, other_deals in sides %}
            {{ '- (' if loop.last else '(' }}cast({{ won }} as {{ sales_insights.type_double() }}) / {{ deals }} - cast({{ other_won }} as {{ sales_insights.type_double() }}) / {{ other_deals }})
    {%- endfor %}
        ) / nullif(sqrt(
    {%- for won, deals, other_won, other_deals in sides %}
            {{ sales_insights.difference_variance(won, deals, other_won, other_deals) }}
            {{- ' +' if not loop.last }}
    {%- endfor %}
        ), 0)
    end
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

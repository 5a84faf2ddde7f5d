{#
    The ends of the 95 % Wilson interval (1927) of a rate, written in counts: NULL where there are no
    trials, never outside 0 to 1.
#}
{% macro wilson_low(successes, trials) -%}
    case when {{ trials }} > 0 then greatest(0, {{ sales_insights.wilson_end(successes, trials, '-') }}) end
{%- endmacro %}

{% macro wilson_high(successes, trials) -%}
    case when {{ trials }} > 0 then least(1, {{ sales_insights.wilson_end(successes, trials, '+') }}) end
{%- endmacro %}

{% macro wilson_end(successes, trials, sign) -%}
    {%- set z = sales_insights.z_95() | float -%}
    {%- set misses = '(' ~ trials ~ ' - ' ~ successes ~ ')' -%}
    ({{ successes }} + {{ z * z / 2 }} {{ sign }} {{ z }} * sqrt(cast({{ successes }} as {{ sales_insights.type_double() }}) * {{ misses }} / {{ trials }} + {{ z * z / 4 }})) / ({{ trials }} + {{ z * z }})
{%- endmacro %}

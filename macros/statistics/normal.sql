{# Points of the standard normal distribution that the project uses, to the last digit of a double. #}
{% macro z_95() -%} 1.959963984540054 {%- endmacro %}          {# two-sided 95 %: intervals, detectable effects #}
{% macro z_95_one_sided() -%} 1.6448536269514722 {%- endmacro %}  {# one-sided 95 %: detectable effects #}
{% macro z_80() -%} 0.8416212335729143 {%- endmacro %}         {# power of 80 % #}
{% macro z_80_two_sided() -%} 1.2815515655446004 {%- endmacro %}  {# two-sided 80 %: expected wins #}


{#
    The chance that a standard normal figure lies beyond |z|. No engine shares an erf, so: Abramowitz
    and Stegun 26.2.17, error below 7.5e-8. Beyond |z| = 37 it stays at 1e-304: Postgres stops at a figure
    that is too small for a double.
#}
{% macro normal_tail(z) -%}
    {%- set t = '(1 / (1 + 0.2316419 * abs(' ~ z ~ ')))' -%}
    exp(greatest(-{{ z }} * {{ z }} / 2, -700)) * 0.3989422804014327 * {{ t }}
        * (0.319381530 + {{ t }} * (-0.356563782 + {{ t }} * (1.781477937 + {{ t }} * (-1.821255978 + {{ t }} * 1.330274429))))
{%- endmacro %}


{# The p-value of a z score, from its tail: both sides, or only that of a z above 0. #}
{% macro two_sided_p(tail) -%}
    2 * {{ tail }}
{%- endmacro %}

{% macro one_sided_p(z, tail) -%}
    case when {{ z }} < 0 then 1 - {{ tail }} else {{ tail }} end
{%- endmacro %}

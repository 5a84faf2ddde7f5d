{# The name of the type of a number with floating point, eight bytes wide. #}
{% macro type_double() -%}
    {{ return(adapter.dispatch('type_double', 'sales_insights')()) }}
{%- endmacro %}

{% macro default__type_double() -%} double {%- endmacro %}

{% macro postgres__type_double() -%} double precision {%- endmacro %}


{#
    A double as a decimal, to be shown. Engines round one that lies at half a digit each in its own way:
    here, wherever it runs, it is scaled first, as a double, and then rounded half away from zero.
#}
{% macro as_decimal(number, precision, scale) -%}
    {{ return(adapter.dispatch('as_decimal', 'sales_insights')(number, precision, scale)) }}
{%- endmacro %}

{% macro default__as_decimal(number, precision, scale) -%}
    cast({{ number }} as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}

{% macro postgres__as_decimal(number, precision, scale) -%}
    {#- By way of text, since a cast to decimal keeps 15 digits. -#}
    {%- set scaled = 'cast(cast(' ~ number ~ ' as double precision) * ' ~ 10 ** scale ~ ' as text)' -%}
    cast(round(cast({{ scaled }} as decimal)) / {{ 10 ** scale }} as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}

{% macro spark__as_decimal(number, precision, scale) -%}
    {%- set scaled = 'cast(' ~ number ~ ' as double) * ' ~ 10 ** scale -%}
    cast(round({{ scaled }}) / {{ 10 ** scale }} as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}

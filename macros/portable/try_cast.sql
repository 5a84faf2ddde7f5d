{# A cast that gives NULL, not an error, for a value that does not fit. #}
{% macro try_cast(value, type) -%}
    {{ return(adapter.dispatch('try_cast', 'sales_insights')(value, type)) }}
{%- endmacro %}

{% macro duckdb__try_cast(value, type) -%}
    try_cast({{ value }} as {{ type }})
{%- endmacro %}

{#
    Postgres has no such cast, so each type is guarded by what its text looks like. Only CASE keeps
    a cast from being tried: the two sides of an AND may be evaluated in either order.
#}
{% macro postgres__try_cast(value, type) -%}
    {%- set text = 'cast(' ~ value ~ ' as text)' -%}
    {%- if type == 'date' -%}
    case when {{ text }} ~ '{{ sales_insights.calendar_pattern() }}' then cast({{ text }} as date) end
    {%- else -%}
    {%- set number = '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]{1,2})? *$' -%}
    {%- set parts = modules.re.match('decimal[(]([0-9]+), *([0-9]+)[)]$', type) -%}
    {%- set scale = parts[2] | int if parts else 0 -%}
    {%- set bound = 10 ** (parts[1] | int - scale) if parts else 2 ** 31 -%}
    case
            when {{ text }} ~* '{{ number }}'
            then case
                when abs(round(cast({{ text }} as decimal), {{ scale }})) < {{ bound }}
                then cast(round(cast({{ text }} as decimal), {{ scale }}) as {{ type }})
            end
        end
    {%- endif -%}
{%- endmacro %}


{# Spark's own try_cast reads 2024-3 as a date, and cuts 12.5 where it is to be a whole number. #}
{% macro spark__try_cast(value, type) -%}
    {%- if type == 'date' -%}
    case when {{ sales_insights.matches(value, sales_insights.calendar_pattern()) }} then try_cast({{ value }} as date) end
    {%- elif type == 'integer' -%}
    try_cast(try_cast({{ value }} as decimal(10, 0)) as integer)
    {%- else -%}
    try_cast({{ value }} as {{ type }})
    {%- endif -%}
{%- endmacro %}


{# The days of the calendar from year 1000 on, in ISO form: 2024-02-29 is one, 2023-02-29 is not. #}
{% macro calendar_pattern() %}
    {% set year = '[1-9][0-9]{3}' %}
    {% set leap_year = '([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)' %}
    {% do return('^(' ~ [
        year ~ '-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])',
        year ~ '-(0[469]|11)-(0[1-9]|[12][0-9]|30)',
        year ~ '-02-(0[1-9]|1[0-9]|2[0-8])',
        leap_year ~ '-02-29',
    ] | join('|') ~ ')$') %}
{% endmacro %}

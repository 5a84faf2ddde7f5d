{# A cast that gives NULL, not an error, for a value that does not fit. #}
{% macro try_cast(value, type) -%}
    {{ return(adapter.dispatch('try_cast', 'sales_insights')(value, type)) }}
{%- endmacro %}

{% macro duckdb__try_cast(value, type) -%}
    try_cast({{ value }} as {{ type }})
{%- endmacro %}

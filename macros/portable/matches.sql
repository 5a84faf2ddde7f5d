{# Whether text matches a regular expression. Patterns hold no backslash: Spark would read it as an escape. #}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches', 'sales_insights')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

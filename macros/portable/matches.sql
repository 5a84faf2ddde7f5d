{# Whether text matches a regular expression. Patterns hold no backslash: Spark would read it as an escape. #}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches', 'sales_insights')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro postgres__matches(text, pattern) -%}
    {{ text }} ~ '{{ pattern }}'
{%- endmacro %}

{% macro spark__matches(text, pattern) -%}
    {{ text }} rlike '{{ pattern }}'
{%- endmacro %}


{# What a group of a regular expression found in text that matches it; groups are counted from 1. #}
{% macro matched_group(text, pattern, group) -%}
    {{ return(adapter.dispatch('matched_group', 'sales_insights')(text, pattern, group)) }}
{%- endmacro %}

{% macro default__matched_group(text, pattern, group) -%}
    regexp_extract({{ text }}, '{{ pattern }}', {{ group }})
{%- endmacro %}

{% macro postgres__matched_group(text, pattern, group) -%}
    (regexp_match({{ text }}, '{{ pattern }}'))[{{ group }}]
{%- endmacro %}

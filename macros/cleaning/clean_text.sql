{# Text as people mean it: no outer, doubled or invisible spaces, no control characters, NULL when empty. #}
{% macro clean_text(text) -%}
    {{ return(adapter.dispatch('clean_text', 'sales_insights')(text)) }}
{%- endmacro %}

{% macro duckdb__clean_text(text) -%}
    nullif(trim(regexp_replace({{ text }}, '[\s\p{Z}\p{Cc}]+', ' ', 'g')), '')
{%- endmacro %}

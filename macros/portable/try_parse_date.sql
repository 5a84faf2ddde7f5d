{# A date from text in a spelling given in strftime letters, NULL where it does not fit. #}
{% macro try_parse_date(text, date_format) -%}
    {{ return(adapter.dispatch('try_parse_date', 'sales_insights')(text, date_format)) }}
{%- endmacro %}

{% macro duckdb__try_parse_date(text, date_format) -%}
    cast(try_strptime({{ text }}, {{ dbt.string_literal(dbt.escape_single_quotes(date_format)) }}) as date)
{%- endmacro %}

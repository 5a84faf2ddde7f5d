{#
    A value of the input as text. What is sorted by it must not depend on where the server stands:
    in Postgres text is compared by the rules of a language, unless the column says otherwise.
#}
{% macro as_text(value) -%}
    {{ return(adapter.dispatch('as_text', 'sales_insights')(value)) }}
{%- endmacro %}

{% macro default__as_text(value) -%}
    cast({{ value }} as {{ dbt.type_string() }})
{%- endmacro %}

{% macro postgres__as_text(value) -%}
    cast({{ value }} as text) collate "C"
{%- endmacro %}


{# Text in lower case, letters of every language too. #}
{% macro lower_case(text) -%}
    {{ return(adapter.dispatch('lower_case', 'sales_insights')(text)) }}
{%- endmacro %}

{% macro default__lower_case(text) -%} lower({{ text }}) {%- endmacro %}

{% macro postgres__lower_case(text) -%} lower({{ text }} collate "und-x-icu") {%- endmacro %}

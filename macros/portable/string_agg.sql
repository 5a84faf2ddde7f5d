{# Texts of many rows joined into one, in an order. #}
{% macro string_agg(text, separator, order_by) -%}
    {{ return(adapter.dispatch('string_agg', 'sales_insights')(text, separator, order_by)) }}
{%- endmacro %}

{% macro default__string_agg(text, separator, order_by) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{% macro spark__string_agg(text, separator, order_by) -%}
    string_agg({{ text }}, '{{ separator }}') within group (order by {{ order_by }})
{%- endmacro %}

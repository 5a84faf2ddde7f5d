{# The text of the input where it says more than the value read from it, else NULL: next to nowhere. #}
{% macro raw_text_kept(text, value) -%}
    nullif(coalesce({{ text }}, ''), {{ sales_insights.value_text(value) }})
{%- endmacro %}


{# The text of the input, made from what raw_text_kept() kept; empty text is NULL. #}
{% macro raw_text(kept, value) -%}
    nullif(coalesce({{ kept }}, {{ sales_insights.value_text(value) }}), '')
{%- endmacro %}


{# A value as text, in the form in which inputs have it as a rule. #}
{% macro value_text(value) -%}
    {%- if value == 'deal_amount' -%}
    {{ sales_insights.amount_text(value) }}
    {%- else -%}
    cast({{ value }} as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}


{# The columns of the input, each with the column of the value that is read from it. #}
{% macro columns_read() %}
    {% set pairs = [] %}
    {% for column in sales_insights.input_columns() %}
        {% do pairs.append((column, 'reported_cycle_days' if column == 'sales_cycle_days' else column)) %}
    {% endfor %}
    {% do return(pairs) %}
{% endmacro %}


{# The columns that hold all that is known of a row of the input. #}
{% macro columns_kept() %}
    {% set columns = ['faults'] %}
    {% for column, value in sales_insights.columns_read() %}
        {% do columns.extend([value, 'raw_' ~ column]) %}
    {% endfor %}
    {% do return(columns) %}
{% endmacro %}

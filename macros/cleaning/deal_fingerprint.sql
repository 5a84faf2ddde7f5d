{#
    One text that is equal for two rows exactly when everything the project reads of them is equal: a bar
    within a text is written otherwise than the one between two.
#}
{% macro deal_fingerprint() -%}
    {%- set columns = sales_insights.input_columns() | reject('in', ['deal_id', 'sales_cycle_days']) | list -%}
    concat_ws(
                '|1'
    {%- for column in columns + ['reported_cycle_days'] %},
                coalesce(replace(cast({{ column }} as {{ dbt.type_string() }}), '|', '|0'), '')
    {%- endfor %}
            )
{%- endmacro %}

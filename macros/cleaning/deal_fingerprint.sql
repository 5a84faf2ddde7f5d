{# One text that is equal for two rows exactly when everything the project reads of them is equal. #}
{% macro deal_fingerprint() -%}
    concat_ws(
            '|'
    {%- for column in sales_insights.input_columns() if column not in ['deal_id', 'sales_cycle_days'] %},
            coalesce(cast({{ column }} as {{ dbt.type_string() }}), '')
    {%- endfor %},
            coalesce(cast(reported_cycle_days as {{ dbt.type_string() }}), '')
        )
{%- endmacro %}

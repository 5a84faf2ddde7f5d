{# A period as people name it: `Q2 2025`, or `2025-04` for a month. #}
{% macro period_name(start, period) -%}
    {%- if period == 'quarter' -%}
    'Q' || cast(extract(quarter from {{ start }}) as {{ dbt.type_string() }}) || ' ' || cast(extract(year from {{ start }}) as {{ dbt.type_string() }})
    {%- else -%}
    substr(cast({{ start }} as {{ dbt.type_string() }}), 1, 7)
    {%- endif -%}
{%- endmacro %}

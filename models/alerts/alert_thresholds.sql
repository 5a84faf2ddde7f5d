{%- set values = threshold_values() -%}
{%- set defaults = threshold_defaults() -%}
{%- for name, _, _, unit, description in threshold_definitions() %}
    select
        '{{ name }}' as name,
        cast({{ values[name] }} as {{ type_double() }}) as value,
        cast({{ defaults[name] }} as {{ type_double() }}) as default_value,
        '{{ unit }}' as unit,
        '{{ description }}' as description,
        {{ values[name] != defaults[name] }} as is_overridden
    {%- if not loop.last %}
        union all
    {%- endif %}
{%- endfor %}

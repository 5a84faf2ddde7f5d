{# What the package calls, when it is told of money or asks how large a deal is. #}
{% macro default__as_money(amount) -%}
    '€' || cast(cast({{ amount }} as bigint) as varchar)
{%- endmacro %}


{% macro default__deal_size_band(amount) -%}
    case when {{ amount }} < 50000 then 'run_rate' else 'strategic' end
{%- endmacro %}

{# Figures written for people. Built from casts alone, so every engine writes them alike. #}

{% macro as_percent(rate) -%}
    cast(cast(100 * {{ rate }} as decimal(9, 1)) as {{ dbt.type_string() }}) || ' %'
{%- endmacro %}


{% macro as_points(difference) -%}
    cast(cast(100 * {{ difference }} as decimal(9, 1)) as {{ dbt.type_string() }}) || ' points'
{%- endmacro %}


{# A whole number with its thousands set apart; with a noun, in the singular or the plural. #}
{% macro as_count(number, noun=none) -%}
    {{ sales_insights.with_thousands(number) }}
    {%- if noun %} || case when {{ number }} = 1 then ' {{ noun }}' else ' {{ noun }}s' end{% endif %}
{%- endmacro %}


{% macro with_thousands(number) -%}
    {{ return(adapter.dispatch('with_thousands', 'sales_insights')(number)) }}
{%- endmacro %}

{% macro duckdb__with_thousands(number) -%}
    format('{:,}', {{ number }})
{%- endmacro %}


{# $1.2M, $43k, $950: each unit begins where the one below would round up to it. #}
{% macro as_money(amount) -%}
    case
        when {{ amount }} >= 999950000 then '$' || {{ sales_insights.rounded(amount, 1000000000, 1) }} || 'B'
        when {{ amount }} >= 999500 then '$' || {{ sales_insights.rounded(amount, 1000000, 1) }} || 'M'
        when {{ amount }} >= 999.5 then '$' || {{ sales_insights.rounded(amount, 1000, 0) }} || 'k'
        else '$' || {{ sales_insights.rounded(amount, 1, 0) }}
    end
{%- endmacro %}

{% macro rounded(number, unit, decimals) -%}
    cast(cast(cast({{ number }} as double) / {{ unit }} as decimal(18, {{ decimals }})) as {{ dbt.type_string() }})
{%- endmacro %}


{# Days, with a half where a median falls between two: `77 days`, `77.5 days`. #}
{% macro as_days(days) -%}
    replace(cast(cast({{ days }} as decimal(9, 1)) as {{ dbt.type_string() }}) || ' days', '.0 ', ' ')
{%- endmacro %}

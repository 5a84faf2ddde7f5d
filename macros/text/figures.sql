{# Figures written for people. Built from casts alone, so every engine writes them alike. #}

{% macro as_percent(rate) -%}
    cast({{ sales_insights.as_decimal('100 * ' ~ rate, 9, 1) }} as {{ dbt.type_string() }}) || ' %'
{%- endmacro %}


{% macro as_points(difference) -%}
    cast({{ sales_insights.as_decimal('100 * ' ~ difference, 9, 1) }} as {{ dbt.type_string() }}) || ' points'
{%- endmacro %}


{% macro as_signed_points(difference) -%}
    case when {{ difference }} > 0 then '+' else '' end || {{ sales_insights.as_points(difference) }}
{%- endmacro %}


{# The ends of an interval of differences: `4.0 to 20.0 points`. #}
{% macro as_points_range(low, high) -%}
    cast({{ sales_insights.as_decimal('100 * ' ~ low, 9, 1) }} as {{ dbt.type_string() }}) || ' to ' || {{ sales_insights.as_points(high) }}
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

{% macro postgres__with_thousands(number) -%}
    to_char({{ number }}, 'FM999,999,999,999,999,990')
{%- endmacro %}

{% macro spark__with_thousands(number) -%}
    format_number({{ number }}, 0)
{%- endmacro %}


{# $1.2M, $43k, $950: each unit begins where the one below would round up to it. #}
{% macro as_money(amount) -%}
    {{ return(adapter.dispatch('as_money', 'sales_insights')(amount)) }}
{%- endmacro %}

{% macro default__as_money(amount) -%}
    case
        when {{ amount }} >= 999950000 then '$' || {{ sales_insights.rounded(amount, 1000000000, 1) }} || 'B'
        when {{ amount }} >= 999500 then '$' || {{ sales_insights.rounded(amount, 1000000, 1) }} || 'M'
        when {{ amount }} >= 999.5 then '$' || {{ sales_insights.rounded(amount, 1000, 0) }} || 'k'
        else '$' || {{ sales_insights.rounded(amount, 1, 0) }}
    end
{%- endmacro %}

{% macro rounded(number, unit, decimals) -%}
    {%- set scaled = 'cast(' ~ number ~ ' as ' ~ sales_insights.type_double() ~ ') / ' ~ unit -%}
    cast({{ sales_insights.as_decimal(scaled, 18, decimals) }} as {{ dbt.type_string() }})
{%- endmacro %}


{# Days, with a half where a median falls between two: `77 days`, `77.5 days`. #}
{% macro as_days(days) -%}
    replace(cast({{ sales_insights.as_decimal(days, 9, 1) }} as {{ dbt.type_string() }}) || ' days', '.0 ', ' ')
{%- endmacro %}


{# A q-value as people compare it: `q = 0.020`, `q = 0.0052` near the bounds of proof, `q < 0.001`. #}
{% macro as_q(q) -%}
    case
        when {{ q }} < 0.001 then 'q < 0.001'
        when {{ q }} < 0.01 then 'q = ' || cast({{ sales_insights.as_decimal(q, 5, 4) }} as {{ dbt.type_string() }})
        else 'q = ' || cast({{ sales_insights.as_decimal(q, 4, 3) }} as {{ dbt.type_string() }})
    end
{%- endmacro %}


{# What a verdict means to a reader; NULL without one. #}
{% macro verdict_in_words(verdict) -%}
    case {{ verdict }}
        when 'proven' then 'proven'
        when 'suggestive' then 'suggestive, not proven'
        when 'noise' then 'within what luck gives'
        when 'too_few' then 'too few deals to tell it from luck'
    end
{%- endmacro %}


{# How sure a finding is, in words: how many tests it was one of, and what they say. #}
{% macro as_evidence(verdict, q, tests, noun) -%}
    case when {{ verdict }} <> 'too_few'
        then case when {{ tests }} = 1 then 'one test' else 'one of ' || {{ sales_insights.as_count(tests, noun) }} || ' tested' end
            || coalesce(', ' || {{ sales_insights.as_q(q) }}, '') || ': '
        else ''
    end || {{ sales_insights.verdict_in_words(verdict) }}
{%- endmacro %}

{# Calendar arithmetic on dates that gives dates and whole days. #}
{% macro add_days(date, days) -%}
    {{ return(adapter.dispatch('add_days', 'sales_insights')(date, days)) }}
{%- endmacro %}

{% macro default__add_days(date, days) -%}
    {{ date }} {{ '+ cast(' ~ days ~ ' as integer)' if days is string else ('-' if days < 0 else '+') ~ ' ' ~ days | abs }}
{%- endmacro %}


{% macro spark__add_days(date, days) -%}
    date_add({{ date }}, cast({{ days }} as integer))
{%- endmacro %}


{% macro days_between(earlier, later) -%}
    {{ return(adapter.dispatch('days_between', 'sales_insights')(earlier, later)) }}
{%- endmacro %}

{% macro default__days_between(earlier, later) -%} {{ later }} - {{ earlier }} {%- endmacro %}

{% macro postgres__days_between(earlier, later) -%} cast({{ later }} - {{ earlier }} as bigint) {%- endmacro %}

{% macro spark__days_between(earlier, later) -%} cast(datediff({{ later }}, {{ earlier }}) as bigint) {%- endmacro %}


{% macro period_start(date, period) -%}
    cast(date_trunc('{{ period }}', {{ date }}) as date)
{%- endmacro %}


{% macro period_end(date, period) -%}
    {%- set months = {'month': 1, 'quarter': 3}[period] -%}
    cast(date_trunc('{{ period }}', {{ date }}) + interval '{{ months }} months' - interval '1 day' as date)
{%- endmacro %}


{#
    The first evaluation date on which something of that day is known: the end of its month, or the
    as-of date. NULL for NULL. Over rows with as_of_date, and days that are not after it.
#}
{% macro evaluated_from(date) -%}
    case when {{ date }} is not null then least({{ sales_insights.period_end(date, 'month') }}, as_of_date) end
{%- endmacro %}

{# Calendar arithmetic that always gives a date, never a timestamp. #}

{% macro add_days(date, days) -%}
    cast({{ dbt.dateadd('day', days, date) }} as date)
{%- endmacro %}


{% macro days_between(earlier, later) -%}
    {{ dbt.datediff(earlier, later, 'day') }}
{%- endmacro %}


{% macro period_start(date, period) -%}
    cast({{ dbt.date_trunc(period, date) }} as date)
{%- endmacro %}


{# The last day of the period (month, quarter) that begins on the given date. #}
{% macro period_end(period_start, period) -%}
    cast({{ dbt.dateadd('day', -1, dbt.dateadd('month', {'month': 1, 'quarter': 3}[period], period_start)) }} as date)
{%- endmacro %}

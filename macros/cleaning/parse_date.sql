{#
    A date from clean text, NULL where it cannot be read: ISO, alone or with a time (the date as
    written, no time zone arithmetic), and the spelling that the var date_format names.
    Years outside 1000 to 2999 are not dates.
#}
{% macro parse_date(text) -%}
    {%- set iso_date = '[12][0-9]{3}-[0-9]{2}-[0-9]{2}' -%}
    {%- set time = '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?' -%}
    {%- set zone = ' ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)' -%}
    {%- set iso = '^' ~ iso_date ~ '([T ]' ~ time ~ '(' ~ zone ~ ')?)?$' -%}
    case
        when {{ sales_insights.matches(text, iso) }}
        then {{ sales_insights.try_cast('substr(' ~ text ~ ', 1, 10)', 'date') }}
    {%- if var('date_format', none) %}
        else {{ sales_insights.try_parse_date(text, var('date_format')) }}
    {%- endif %}
    end
{%- endmacro %}

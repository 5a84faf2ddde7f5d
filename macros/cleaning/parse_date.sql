{#
    A date from clean text, NULL where it cannot be read: ISO, alone or with a time (the date as
    written, no time zone arithmetic), or the given form. Years outside 1000 to 2999 are not dates.
#}
{% macro parse_date(text, date_format=none) -%}
    {%- set iso_date = '[12][0-9]{3}-[0-9]{2}-[0-9]{2}' -%}
    {%- set time = '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?' -%}
    {%- set zone = ' ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)' -%}
    {%- set iso = '^' ~ iso_date ~ '([T ]' ~ time ~ '(' ~ zone ~ ')?)?$' -%}
    case
        when {{ sales_insights.matches(text, iso) }}
        then {{ sales_insights.try_cast('substr(' ~ text ~ ', 1, 10)', 'date') }}
    {%- if date_format %}
        {%- set read = sales_insights.try_parse_date(text, date_format) %}
        when extract(year from {{ read }}) >= 1000 and extract(year from {{ read }}) < 3000
        then {{ read }}
    {%- endif %}
    end
{%- endmacro %}

{#
    A sum of money from clean text, NULL where it cannot be read or where its separators could
    mean two numbers. Read: 1234.5, $1,234.50, 1 234. Not read: 1.234,50 and 1.234 (a thousand
    and something, or one and something?). Below a trillion, to the cent.
#}
{% macro parse_amount(text) -%}
    {{ return(adapter.dispatch('parse_amount', 'sales_insights')(text)) }}
{%- endmacro %}

{% macro default__parse_amount(text) -%}
    {%- set sign = '^[$]?-?[$]? ?' -%}
    {%- set plain = sign ~ '[0-9]+([.][0-9]+)?$' -%}
    {%- set grouped = sign ~ '[1-9][0-9]{0,2}((,[0-9]{3})+|( [0-9]{3})+)([.][0-9]{1,2})?$' -%}
    {%- set ambiguous = sign ~ '[1-9][0-9]{0,2}[.][0-9]{3}$' -%}
    cast(
        case
            when {{ sales_insights.matches(text, '^[0-9]+([.]([0-9]{1,2}|[0-9]{4,}))?$') }}
            then {{ sales_insights.try_cast(text, 'decimal(14, 2)') }}
            when {{ sales_insights.matches(text, ambiguous) }} then null
            when {{ sales_insights.matches(text, plain) }} or {{ sales_insights.matches(text, grouped) }}
            then {{ sales_insights.try_cast("translate(" ~ text ~ ", '$, ', '')", 'decimal(14, 2)') }}
        end
    as decimal(14, 2))
{%- endmacro %}


{# An amount, to the cent, as the shortest text: 1234, or 1234.50. #}
{% macro amount_text(amount) -%}
    {%- set whole = sales_insights.as_text('cast(' ~ amount ~ ' as decimal(14, 0))') -%}
    case when {{ amount }} = floor({{ amount }}) then {{ whole }} else {{ sales_insights.as_text(amount) }} end
{%- endmacro %}

{# Everything that differs between the rulesets, beside the threshold values, is in this file. #}

{% macro ruleset() %}
    {% set name = var('ruleset', 'standard') %}
    {% if name not in ['standard', 'prototype'] %}
        {% do exceptions.raise_compiler_error(
            "var ruleset is '" ~ name ~ "'; it must be standard or prototype"
        ) %}
    {% endif %}
    {% do return(name) %}
{% endmacro %}


{# Which deals count as pipeline: the open ones; in the prototype every deal. #}
{% macro counts_as_pipeline(is_open) -%}
    {{ is_open if sales_insights.ruleset() == 'standard' else 'true' }}
{%- endmacro %}


{# The grains at which a win-rate drop is looked for, as a SQL list. #}
{% macro win_rate_drop_grains() -%}
    {%- if sales_insights.ruleset() == 'prototype' -%}
        ('industry_region_lead_source')
    {%- else -%}
        (
            'overall',
            'industry',
            'region',
            'lead_source',
            'industry_region',
            'industry_lead_source',
            'region_lead_source',
            'industry_region_lead_source'
        )
    {%- endif -%}
{%- endmacro %}


{#
    The as-of date and the name of the way it was decided, as two SQL expressions.
    Over one row with has_open_deals, last_created_date and last_closed_date.
#}
{% macro as_of_decision() %}
    {% set asked = var('as_of_date', none) | string | trim %}
    {% if asked == 'today' %}
        {% do return({'date': 'current_date', 'decided_by': "'today'"}) %}
    {% elif asked not in ['None', ''] %}
        {% if not sales_insights.is_calendar_date(asked) %}
            {% do exceptions.raise_compiler_error(
                "var as_of_date is '" ~ asked ~ "'; it must be a date such as 2024-03-31, or today"
            ) %}
        {% endif %}
        {% do return({'date': "cast('" ~ asked ~ "' as date)", 'decided_by': "'var'"}) %}
    {% elif sales_insights.ruleset() == 'prototype' %}
        {% do return({'date': 'last_closed_date', 'decided_by': "'prototype'"}) %}
    {% else %}
        {% do return({
            'date': 'case when has_open_deals then greatest(last_created_date, last_closed_date) else last_created_date end',
            'decided_by': "case when has_open_deals then 'live_extract' else 'historical_extract' end"
        }) %}
    {% endif %}
{% endmacro %}


{# Whether text is a day of the calendar in ISO form: 2024-02-29 is, 2024-02-30 is not. #}
{% macro is_calendar_date(text) %}
    {% set parts = modules.re.match('^([12][0-9]{3})-([0-9]{2})-([0-9]{2})$', text) %}
    {% if not parts or not 1 <= parts[2] | int <= 12 or parts[3] | int < 1 %}
        {% do return(false) %}
    {% endif %}
    {% set first_of_month = modules.datetime.date(parts[1] | int, parts[2] | int, 1) %}
    {% set asked = first_of_month + modules.datetime.timedelta(days=parts[3] | int - 1) %}
    {% do return(asked.month == parts[2] | int) %}
{% endmacro %}

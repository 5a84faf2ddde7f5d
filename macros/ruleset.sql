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


{# What a closed deal adds to the deals counted by their creation: it leaves the pipeline, in the prototype it stays. #}
{% macro closed_deals_in_pipeline() -%}
    {{ -1 if sales_insights.ruleset() == 'standard' else 0 }}
{%- endmacro %}


{#
    What the win probability of a cell rests on. Standard: the cell, where cells differ by more than
    luck and the stage does not decide the outcome; else its segment, where segments do; else the
    baseline. Prototype: the cell, however few its deals.
#}
{% macro score_basis() -%}
    {%- if sales_insights.ruleset() == 'prototype' -%}
    case when cell_win_rate is not null then 'cell' else 'baseline' end
    {%- else -%}
    case
        when cell_prior_deals is not null and not is_without_stage then 'cell'
        when segment_prior_deals is not null then 'segment'
        else 'baseline'
    end
    {%- endif -%}
{%- endmacro %}


{# The win probability of a cell by what it rests on: a shrunk win rate, or in the prototype the cell's own. #}
{% macro win_probability() -%}
    case score_basis
        when 'cell' then {{ 'cell_shrunk_win_rate' if sales_insights.ruleset() == 'standard' else 'cell_win_rate' }}
        when 'segment' then segment_shrunk_win_rate
        else baseline_win_rate
    end
{%- endmacro %}


{# The age beyond which a pipeline deal stalls: three of four deals are done by then; in the prototype, median and margin. #}
{% macro stall_limit(p75_days, median_cycle_days) -%}
    {%- if sales_insights.ruleset() == 'prototype' -%}
    {{ median_cycle_days }} + {{ sales_insights.threshold('stall_margin_days') }}
    {%- else -%}
    {{ p75_days }}
    {%- endif -%}
{%- endmacro %}


{# Which emerging drivers are told first, where there are more than are told: the surest; in the prototype those that bring most. #}
{% macro emerging_driver_order() -%}
    {{ 'q_value nulls last, driver_rank' if sales_insights.ruleset() == 'standard' else 'driver_rank' }}
{%- endmacro %}


{# Whether an alert is one of those that luck gives, and only counted; the prototype told all it found. #}
{% macro counts_as_luck(severity, verdict) -%}
    {{ severity ~ " = 'info' and not (" ~ sales_insights.is_more_than_luck(verdict) ~ ")" if sales_insights.ruleset() == 'standard' else 'false' }}
{%- endmacro %}


{# In which order the alerts of a rule are told: what another explains comes after what stands for itself; in the prototype by money. #}
{% macro alert_order() -%}
    severity_rank, {{ 'is_explained, verdict_rank, ' if sales_insights.ruleset() == 'standard' }}amount_at_stake desc, alert_key
{%- endmacro %}


{# What the stall limit means, as a sentence ends on it. #}
{% macro stall_limit_in_words(median_cycle_days, limit_basis) -%}
    {%- if sales_insights.ruleset() == 'prototype' -%}
    ' (median cycle ' || {{ sales_insights.as_days(median_cycle_days) }} || ' plus {{ sales_insights.threshold('stall_margin_days') }})'
    {%- else -%}
    ', by when three of four ' || case {{ limit_basis }}
        when 'overall' then 'of all deals'
        when 'industry_region' then 'deals in ' || {{ sales_insights.segment_label(['industry', 'region']) }}
        else 'deals there'
    end || ' have closed'
    {%- endif -%}
{%- endmacro %}


{# Whether the closed deals of an extract are known to be incomplete; the prototype did not look. #}
{% macro guarded_truncation(is_truncated) -%}
    {{ is_truncated if sales_insights.ruleset() == 'standard' else 'false' }}
{%- endmacro %}


{# Whether stages that decide the outcome by themselves are looked for; the prototype scored with them. #}
{% macro guards_stages() -%}
    {{ 'true' if sales_insights.ruleset() == 'standard' else 'false' }}
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


{# The length of the periods that the change of the win rate compares. #}
{% macro change_period() %}
    {% set period = var('change_period', 'quarter') %}
    {% if period not in ['month', 'quarter'] %}
        {% do exceptions.raise_compiler_error(
            "var change_period is '" ~ period ~ "'; it must be quarter or month"
        ) %}
    {% endif %}
    {% do return(period) %}
{% endmacro %}

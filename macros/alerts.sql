{# The alert rules. Each has a model rule_<name> (what it looked at) and alert_<name> (what it tells). #}
{% macro alert_rules() %}
    {% do return([
        'win_rate_drop',
        'emerging_driver',
        'low_fit_pipeline',
        'stage_stalling',
    ]) %}
{% endmacro %}


{#
    The identity of an alert: its rule and its segment, and no figure, so that tomorrow's alert
    about the same thing has the same key. A digest, since a segment's name can be of any length.
#}
{% macro alert_key(rule) -%}
    '{{ rule }}-' || substr(
        md5(
            concat_ws(
                '|'
    {%- for dimension in ['industry', 'region', 'lead_source', 'deal_stage'] %},
                coalesce('{{ dimension }}=' || replace({{ dimension }}, '|', '||'), '')
    {%- endfor %}
            )
        ),
        1,
        16
    )
{%- endmacro %}


{# How bad an alert is: critical from the given bound on, else a warning. #}
{% macro alert_severity(value, critical_bound) -%}
    case when {{ sales_insights.at_least(value, critical_bound) }} then 'critical' else 'warning' end
{%- endmacro %}


{# The columns of every alert, in the order in which they are shown. #}
{% macro alert_columns() %}
    {% do return([
        'alert_key',
        'rule',
        'severity',
        'grain',
        'industry',
        'region',
        'lead_source',
        'deal_stage',
        'metric_name',
        'reason',
        'metric_value',
        'comparison_value',
        'threshold_value',
        'deals',
        'amount_at_stake',
        'deals_without_amount',
        'as_of_date',
    ]) %}
{% endmacro %}

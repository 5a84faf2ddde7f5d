{#
    The alert rules, one line each, in the order in which they are told:
    name; whether outcomes of closed deals decide it, so that chance alone can be asked by shuffling
    them; the unit of what it would have seen (`points`, `percent`, or the name of what it counts);
    and what it says of that where it is silent, {} being the figure.
    Each has a model rule_<name> (what it looks at) and alert_<name> (what it tells).
#}
{% macro alert_rule_definitions() %}
    {% do return([
        ('win_rate_drop', true, 'points', 'a fall of {} in a typical segment would probably have shown'),
        ('emerging_driver', true, 'points', 'a lift of {} in a typical segment would probably have shown'),
        ('low_fit_pipeline', true, 'percent', '{} of the pipeline amount in segments of low fit would have shown'),
        ('stage_stalling', false, 'stalled deal', '{} in a typical segment would probably have shown'),
    ]) %}
{% endmacro %}


{# The names of the rules. #}
{% macro alert_rules() %}
    {% do return(sales_insights.alert_rule_definitions() | map(attribute=0) | list) %}
{% endmacro %}


{# The names of the rules that outcomes decide, as the list of an IN. #}
{% macro rules_decided_by_outcomes() -%}
    {%- set decided = sales_insights.alert_rule_definitions() | selectattr(1) | map(attribute=0) -%}
    ('{{ decided | join("', '") }}')
{%- endmacro %}


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


{#
    How bad an alert is. Standard: only what is proven rises above info; critical is what is proven,
    beyond the critical bound, and has money at stake that matters. Prototype: by the bound alone.
    Without a bound (good news) nothing is critical.
#}
{% macro alert_severity(verdict, is_beyond_critical_bound, amount_share) -%}
    {%- if sales_insights.ruleset() == 'prototype' and is_beyond_critical_bound is none -%}
    'info'
    {%- elif sales_insights.ruleset() == 'prototype' -%}
    case when {{ is_beyond_critical_bound }} then 'critical' else 'warning' end
    {%- elif is_beyond_critical_bound is none -%}
    case when {{ verdict }} = 'proven' then 'warning' else 'info' end
    {%- else -%}
    case
        when {{ verdict }} <> 'proven'
        then 'info'
        when {{ is_beyond_critical_bound }} and {{ sales_insights.at_least(amount_share, sales_insights.threshold('critical_pipeline_share')) }}
        then 'critical'
        else 'warning'
    end
    {%- endif -%}
{%- endmacro %}


{#
    What is at stake in a segment: its open pipeline, which may not be there. Three columns:
    amount_at_stake, pipeline_deals_without_amount, and amount_share, the share of all pipeline.
#}
{% macro pipeline_at_stake(pipeline) -%}
    cast(coalesce({{ pipeline }}.pipeline_amount, 0) as decimal(18, 2)) as amount_at_stake,
            coalesce({{ pipeline }}.deals_without_amount, 0) as pipeline_deals_without_amount,
            coalesce({{ pipeline }}.amount_share, 0) as amount_share
{%- endmacro %}


{#
    What to do about an alert, by how sure it is: act on what is proven, look at what is suggestive, and
    move nothing for what luck gives. Arguments: the two sentences, as text.
#}
{% macro advice(verdict, act, look) -%}
    case {{ verdict }}
        when 'proven' then '{{ act }}'
        when 'suggestive' then '{{ look }}'
        else 'Move nothing for this: luck gives as much.'
    end
{%- endmacro %}


{#
    What a rule would have told, had it been there: its typical smallest detectable effect in a
    sentence. A rate that is out of reach is asked for to mute a rule, so nothing is said of it.
#}
{% macro detectable_in_words(rule, effect) -%}
    case
    {%- for name, _, unit, sentence in sales_insights.alert_rule_definitions() %}
        {%- if unit == 'points' %}
            {%- set figure = sales_insights.as_points(effect) %}
        {%- elif unit == 'percent' %}
            {%- set figure = sales_insights.as_percent(effect) %}
        {%- else %}
            {%- set whole = 'cast(ceil(' ~ effect ~ ') as bigint)' %}
            {%- set figure = sales_insights.as_count(whole, unit) %}
        {%- endif %}
        {%- set is_rate = unit in ['points', 'percent'] %}
        when {{ rule }} = '{{ name }}'{{ ' and ' ~ effect ~ ' <= 1' if is_rate }}
        then '{{ sentence | replace("'", "''") | replace('{}', "' || " ~ figure ~ " || '") }}'
    {%- endfor %}
    end
{%- endmacro %}


{# Since when an alert holds, and since when it is proven, in words. Over a row of alert_history. #}
{% macro since_in_words() -%}
    case
        when consecutive_periods = 1 then 'New'
        else 'Since ' || cast(first_breached_on as {{ dbt.type_string() }}) || ', ' || {{ sales_insights.as_count('consecutive_periods') }} || ' checks in a row'
            || case
                when first_proven_on > first_breached_on then '; proven since ' || cast(first_proven_on as {{ dbt.type_string() }})
                else ''
            end
    end
{%- endmacro %}


{# What every rule says of every segment, on every evaluation date and for every shuffle. #}
{% macro rule_columns() %}
    {% do return([
        'evaluation_date',
        'shuffle',
        'is_as_of',
        'rule',
        'alert_key',
        'severity',
        'grain',
        'industry',
        'region',
        'lead_source',
        'deal_stage',
        'metric_value',
        'comparison_value',
        'deals',
        'amount_at_stake',
        'deals_without_amount',
        'p_value',
        'q_value',
        'tests',
        'verdict',
        'detectable_effect',
        'is_truncated',
        'is_evaluated',
        'is_breached',
        'is_fired',
    ]) %}
{% endmacro %}


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
        'evidence',
        'goes_with',
        'action',
        'look_at',
        'metric_value',
        'comparison_value',
        'threshold_value',
        'deals',
        'amount_at_stake',
        'deals_without_amount',
        'p_value',
        'q_value',
        'tests',
        'verdict',
        'explained_by',
        'as_of_date',
    ]) %}
{% endmacro %}

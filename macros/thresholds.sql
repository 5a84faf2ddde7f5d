{#
    Every number that a rule compares with, one line each:
    name, value in the standard ruleset, value in the prototype's, unit, meaning.
    Override one with --vars '{thresholds: {low_fit_share: 0.5}}'.
#}
{% macro threshold_definitions() %}
    {% do return([
        ('recent_window_days', 90, 30, 'days', 'Length of the recent window of the win-rate drop, ending on the as-of date. A quarter: on a book of a few thousand deals a month holds too few closings to judge'),
        ('history_window_days', 180, 60, 'days', 'Length of the window before the recent one, with which it is compared. Twice the recent one, so the comparison is steadier than what it judges'),
        ('win_rate_drop_min_deals', 100, 30, 'closed deals', 'Fewest closed deals in each window for a segment to be judged. Between two windows of 30 a drop of 8 points is luck one time in four'),
        ('win_rate_drop', 0.08, 0.08, 'rate', 'Smallest fall of the win rate, history minus recent, that alerts'),
        ('win_rate_drop_critical', 0.15, 0.15, 'rate', 'Fall of the win rate from which the alert is critical'),
        ('emerging_driver_min_deals', 40, 40, 'closed deals', 'Fewest closed deals for a segment to be called an emerging driver'),
        ('emerging_driver_min_lift', 0.05, 0.05, 'rate', 'Smallest lift over the baseline of an emerging driver'),
        ('emerging_driver_max_alerts', 5, 5, 'alerts', 'Most emerging drivers told at once, best driver score first'),
        ('risk_band_margin', 0.05, 0.05, 'rate', 'Distance from the baseline at which a deal leaves the medium risk band, on either side'),
        ('low_fit_share', 0.40, 0.40, 'share', 'Share of the pipeline amount in the high-risk band that alerts'),
        ('low_fit_share_critical', 0.60, 0.60, 'share', 'Share of the pipeline amount in the high-risk band from which the alert is critical'),
        ('stall_margin_days', 15, 15, 'days', 'Days beyond the median cycle of its segment after which a deal counts as stalled'),
        ('stalled_deals', 10, 10, 'deals', 'Fewest stalled deals in a segment that alert'),
        ('stalled_deals_critical', 25, 25, 'deals', 'Stalled deals in a segment from which the alert is critical'),
        ('insight_cards_per_type', 5, 5, 'cards', 'Insight cards of each type'),
        ('mid_deal_amount', 10000, 10000, 'currency', 'Amount from which a deal is mid-sized; below it is small'),
        ('upper_mid_deal_amount', 25000, 25000, 'currency', 'Amount from which a deal is upper-mid'),
        ('enterprise_deal_amount', 50000, 50000, 'currency', 'Amount from which a deal is enterprise-sized'),
        ('cohort_age_days', 90, 90, 'days', 'Age at which a created cohort is judged: won within so many days of creation'),
        ('max_rejected_share', 0.10, 0.10, 'share', 'Share of rejected input rows above which the build fails'),
    ]) %}
{% endmacro %}


{% macro threshold(name) %}
    {% set values = threshold_values() %}
    {% if name not in values %}
        {% do exceptions.raise_compiler_error(
            "unknown threshold '" ~ name ~ "'; known are: " ~ values | join(', ')
        ) %}
    {% endif %}
    {% do return(values[name]) %}
{% endmacro %}


{# The values of the ruleset in force, before any override. #}
{% macro threshold_defaults() %}
    {% set position = {'standard': 1, 'prototype': 2}[sales_insights.ruleset()] %}
    {% set defaults = {} %}
    {% for definition in sales_insights.threshold_definitions() %}
        {% do defaults.update({definition[0]: definition[position]}) %}
    {% endfor %}
    {% do return(defaults) %}
{% endmacro %}


{# The values in force: the ruleset's, then the overrides of the var `thresholds`. #}
{% macro threshold_values() %}
    {% set values = sales_insights.threshold_defaults() %}
    {% set overrides = var('thresholds', {}) or {} %}
    {% if overrides is not mapping %}
        {% do exceptions.raise_compiler_error(
            "var thresholds must be a list of names and numbers, such as {low_fit_share: 0.5}"
        ) %}
    {% endif %}
    {% for name, value in overrides.items() %}
        {% if name not in values %}
            {% do exceptions.raise_compiler_error(
                "var thresholds names '" ~ name ~ "', which is not a threshold; known are: "
                ~ values | join(', ')
            ) %}
        {% elif value is not number or value is boolean %}
            {% do exceptions.raise_compiler_error(
                'var thresholds: ' ~ name ~ " must be a number, not '" ~ value ~ "'"
            ) %}
        {% endif %}
        {% do values.update({name: value}) %}
    {% endfor %}

    {% for name, _, _, unit, _ in sales_insights.threshold_definitions() %}
        {% set value = values[name] %}
        {% set is_counted = unit not in ['rate', 'share', 'currency'] %}
        {% if value - value != 0 or value < 0 or (is_counted and value != value | int) %}
            {% do exceptions.raise_compiler_error(
                'var thresholds: ' ~ name ~ ' is in ' ~ unit ~ ' and must be a '
                ~ ('whole ' if is_counted) ~ 'number from 0 on, not ' ~ value
            ) %}
        {% endif %}
    {% endfor %}
    {% if not values.mid_deal_amount <= values.upper_mid_deal_amount <= values.enterprise_deal_amount %}
        {% do exceptions.raise_compiler_error(
            'var thresholds: mid_deal_amount, upper_mid_deal_amount and enterprise_deal_amount must rise'
        ) %}
    {% endif %}
    {% do return(values) %}
{% endmacro %}

{#
    Every number that a rule compares with, one line each:
    name, value in the standard ruleset, value in the prototype's, unit, meaning.
    Override one with --vars '{thresholds: {low_fit_share: 0.5}}'.
#}
{% macro threshold_definitions() %}
    {% do return([
        ('recent_window_days', 90, 30, 'days', 'Length of the recent window of the win-rate drop, ending on the as-of date. A quarter: on a book of a few thousand deals a month holds too few closings to judge'),
        ('history_window_days', 270, 60, 'days', 'Length of the window before the recent one, with which it is compared. Three times the recent one, which proves more true drops than twice (docs/evidence.md)'),
        ('win_rate_drop_min_deals', 100, 30, 'closed deals', 'Fewest closed deals in each window for a segment to be judged. Between two windows of 30 a drop of 8 points is luck one time in four'),
        ('win_rate_drop', 0.08, 0.08, 'rate', 'Smallest fall of the win rate, history minus recent, that alerts'),
        ('win_rate_drop_critical', 0.15, 0.15, 'rate', 'Fall of the win rate from which the alert is critical'),
        ('emerging_driver_min_deals', 40, 40, 'closed deals', 'Fewest closed deals for a segment to be called an emerging driver'),
        ('emerging_driver_min_lift', 0.05, 0.05, 'rate', 'Smallest lift over the baseline of an emerging driver'),
        ('emerging_driver_max_alerts', 5, 5, 'alerts', 'Most emerging drivers told at once, the surest first; in the prototype the best driver score first'),
        ('risk_band_margin', 0.05, 0.05, 'rate', 'Distance from the baseline at which a deal leaves the medium risk band, on either side'),
        ('low_fit_share', 0.25, 0.40, 'share', 'Share of the pipeline amount in the high-risk band that alerts. Lower than for raw cell rates, which put much of any pipeline there by luck; shrunk ones do not'),
        ('low_fit_share_critical', 0.40, 0.60, 'share', 'Share of the pipeline amount in the high-risk band from which the alert is critical'),
        ('stall_margin_days', 15, 15, 'days', 'Days beyond the median cycle of its segment after which a deal counts as stalled'),
        ('stalled_deals', 10, 10, 'deals', 'Fewest stalled deals in a segment that alert'),
        ('stalled_deals_critical', 25, 25, 'deals', 'Stalled deals in a segment from which the alert is critical'),
        ('insight_cards_per_type', 5, 5, 'cards', 'Insight cards of each type'),
        ('mid_deal_amount', 10000, 10000, 'currency', 'Amount from which a deal is mid-sized; below it is small'),
        ('upper_mid_deal_amount', 25000, 25000, 'currency', 'Amount from which a deal is upper-mid'),
        ('enterprise_deal_amount', 50000, 50000, 'currency', 'Amount from which a deal is enterprise-sized'),
        ('cohort_age_days', 90, 90, 'days', 'Age at which a created cohort is judged: won within so many days of creation'),
        ('proven_q_value', 0.005, 0.10, 'probability', 'Largest q-value at which a difference is proven. Stricter than the usual 0.10, since each build looks at a dozen families of segments; docs/evidence.md has what other values prove, where something is true and where nothing is'),
        ('suggestive_p_value', 0.05, 0.05, 'probability', 'Largest p-value at which a difference that is not proven is suggestive'),
        ('min_expected_deals', 5, 5, 'deals', 'Fewest won and fewest lost deals to be expected on both sides of a test; below it the verdict is too_few'),
        ('deciding_stage_win_rate', 0.90, 0.90, 'rate', 'A stage that surely wins more often than this, or less often than its complement, decides the outcome and is not used for scoring'),
        ('thin_cell_deals', 10, 10, 'closed deals', 'A cell with fewer closed deals is called thin where the reasons of a risk band are told'),
        ('critical_pipeline_share', 0.05, 0.05, 'share', 'Smallest share of the pipeline amount at stake in a critical alert'),
        ('pace_min_closings', 30, 30, 'closed deals', 'Fewest closed deals for a segment to have stall limits of its own; with fewer it takes the limits of its parent'),
        ('truncated_share', 0.10, 0.10, 'share', 'A closed period is truncated when it ends so long after the last created deal that at least this share of deals would have closed sooner'),
        ('change_periods_apart', 1, 1, 'periods', 'How far apart the two periods are that the change of the win rate compares: 1 for the one before, 4 for the same quarter a year before'),
        ('explained_change_share', 0.80, 0.80, 'share', 'Share of a change that the segments which explain it add up to, at least'),
        ('told_mix_effect', 0.01, 0.01, 'rate', 'Smallest effect of the mix of deals on the win rate that a headline tells'),
        ('replay_month_ends', 12, 12, 'month-ends', 'How many past month-ends each rule is replayed on'),
        ('backtest_month_ends', 24, 24, 'month-ends', 'How many past month-ends the scores are graded on'),
        ('noise_floor_shuffles', 20, 20, 'shuffles', 'How often outcomes are shuffled to count the alerts that chance alone gives; 0 for never'),
        ('noise_floor_max_deals', 200000, 200000, 'deals', 'Largest number of closed deals that are shuffled; on larger books the noise floor is left out'),
        ('stale_data_days', 7, 7, 'days', 'Age of the newest deal news above which the owner of the data is told'),
        ('told_rejected_share', 0.02, 0.02, 'share', 'Share of rejected input rows above which the owner of the data is told, though the build passes'),
        ('noisy_rule_opinions', 5, 5, 'opinions', 'Fewest opinions of readers by which a rule can be called mostly noise'),
        ('noisy_rule_useful_share', 0.50, 0.50, 'share', 'A rule that fewer of its readers than this found useful is called mostly noise in the weekly digest'),
        ('max_rejected_share', 0.10, 0.10, 'share', 'Share of rejected input rows above which the build fails'),
    ]) %}
{% endmacro %}


{% macro threshold(name) %}
    {% set values = sales_insights.threshold_values() %}
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
        {% set is_counted = unit not in ['rate', 'share', 'probability', 'currency'] %}
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


{# The shuffles of the noise floor as rows of a VALUES list; the NULL keeps it valid where there are none. #}
{% macro shuffle_numbers() -%}
    {%- for number in range(1, sales_insights.threshold('noise_floor_shuffles') + 1) %}({{ number }}), {% endfor %}(null)
{%- endmacro %}

{# The change of the win rate, or what a dimension's mix did of it, in a sentence. Over a row of win_rate_change_summary. #}
{% macro change_headline() -%}
    {%- set period = sales_insights.change_period() -%}
    case
        when grain = 'overall'
        then case clock when 'closed' then 'Win rate by {{ period }} closed' else 'Won within {{ sales_insights.threshold('cohort_age_days') }} days, by {{ period }} created' end
            || case weight when 'value' then ', by value' else '' end
            || ': ' || {{ sales_insights.as_percent('win_rate_after') }}
            || ' of ' || {{ sales_insights.as_count('deals_after', 'deal') }} || ' in ' || {{ sales_insights.period_name('after_starts_on', period) }}
            || ' after ' || {{ sales_insights.as_percent('win_rate_before') }}
            || ' of ' || {{ sales_insights.as_count('deals_before') }} || ' in ' || {{ sales_insights.period_name('before_starts_on', period) }}
            || ', ' || {{ sales_insights.as_signed_points('win_rate_change') }}
            || coalesce(': ' || {{ sales_insights.verdict_in_words('verdict') }}, '')
        else 'By ' || replace(grain, '_', ' ')
            || ', mix explains ' || {{ sales_insights.as_signed_points('mix_effect') }}
            || ' of the change of ' || {{ sales_insights.as_signed_points('win_rate_change') }}
            || ', win rates of their own ' || {{ sales_insights.as_signed_points('rate_effect') }}
    end
    || '.'
{%- endmacro %}

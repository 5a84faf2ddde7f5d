{# The risk band of a win probability against the baseline; `unknown` while nothing has closed. #}
{% macro risk_band(probability, baseline) -%}
    {%- set margin = sales_insights.threshold('risk_band_margin') -%}
    case
        when {{ probability }} is null then 'unknown'
        when {{ sales_insights.at_least(probability, baseline ~ ' + ' ~ margin) }} then 'low_risk_high_fit'
        when {{ sales_insights.at_most(probability, baseline ~ ' - ' ~ margin) }} then 'high_risk_low_fit'
        else 'medium_risk'
    end
{%- endmacro %}

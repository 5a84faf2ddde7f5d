{# The standard error of a segment's rate effect (Kitagawa's), from the deals of the two periods. Over a row of rates, shares and deals. #}
{% macro rate_effect_error() -%}
    (share_before + share_after) / 2 * sqrt(
        coalesce({{ sales_insights.ratio('rate_before * (1 - rate_before)', 'deals_before') }}, 0)
        + coalesce({{ sales_insights.ratio('rate_after * (1 - rate_after)', 'deals_after') }}, 0)
    )
{%- endmacro %}

{# How figures are divided, summed and compared: each in one place. #}

{# A ratio as a double; NULL, never 0, where the denominator is 0. #}
{% macro ratio(numerator, denominator) -%}
    cast({{ numerator }} as double) / nullif({{ denominator }}, 0)
{%- endmacro %}


{# A sum of money, 0 over no rows. Deals without an amount add nothing: count them beside it. #}
{% macro total_amount(amount, where=none) -%}
    cast(coalesce(sum({{ amount }}){{ ' filter (where ' ~ where ~ ')' if where }}, 0) as decimal(18, 2))
{%- endmacro %}


{# A comparison with a threshold in which floating point never decides an exact tie. #}
{% macro at_least(value, bound) -%}
    {{ value }} >= {{ bound }} - 1e-9
{%- endmacro %}

{% macro at_most(value, bound) -%}
    {{ value }} <= {{ bound }} + 1e-9
{%- endmacro %}


{# A figure moved to 0 for the lowest and 1 for the highest of its group; NULL where all are equal. #}
{% macro min_max_scaled(value, partition_by) -%}
    {%- set over = 'over (partition by ' ~ partition_by ~ ')' -%}
    ({{ value }} - min({{ value }}) {{ over }})
            / nullif(max({{ value }}) {{ over }} - min({{ value }}) {{ over }}, 0)
{%- endmacro %}


{# What is counted of outcomes, over rows with is_win and deal_amount. #}
{% macro outcome_sums() -%}
    count(*) as deals,
    count(*) filter (where is_win) as won_deals,
    count(*) filter (where deal_amount is null) as deals_without_amount,
    {{ sales_insights.total_amount('deal_amount') }} as amount,
    {{ sales_insights.total_amount('deal_amount', where='is_win') }} as won_amount
{%- endmacro %}

{# How figures are divided, summed and compared: each in one place. #}

{# A ratio as a double; NULL, never 0, where the denominator is 0. #}
{% macro ratio(numerator, denominator) -%}
    cast({{ numerator }} as {{ sales_insights.type_double() }}) / nullif({{ denominator }}, 0)
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


{# What is counted of deals, over rows with deal_amount. #}
{% macro deal_sums() -%}
    count(*) as deals,
    count(*) filter (where deal_amount is null) as deals_without_amount,
    {{ sales_insights.total_amount('deal_amount') }} as amount
{%- endmacro %}


{# The same counts of many rows that hold such counts. #}
{% macro sums_of_deal_sums() -%}
    cast(sum(deals) as bigint) as deals,
    cast(sum(deals_without_amount) as bigint) as deals_without_amount,
    {{ sales_insights.total_amount('amount') }} as amount
{%- endmacro %}


{# What is counted of outcomes, over rows with is_win and deal_amount. #}
{% macro outcome_sums() -%}
    {{ sales_insights.deal_sums() }},
    count(*) filter (where is_win) as won_deals,
    {{ sales_insights.total_amount('deal_amount', where='is_win') }} as won_amount
{%- endmacro %}


{# The same counts of many rows that hold such counts. #}
{% macro sums_of_outcome_sums() -%}
    {{ sales_insights.sums_of_deal_sums() }},
    cast(sum(won_deals) as bigint) as won_deals,
    {{ sales_insights.total_amount('won_amount') }} as won_amount
{%- endmacro %}

{# The squared error of a probability against what came of the deal (Brier, 1950), over rows with is_won. #}
{% macro squared_error(probability) -%}
    case when is_won then (1 - {{ probability }}) * (1 - {{ probability }}) else {{ probability }} * {{ probability }} end
{%- endmacro %}


{# How much closer scores came than the baseline did: 1 perfect, 0 no closer, below 0 less close; NULL where none were graded. #}
{% macro skill(squared_error, baseline_squared_error) -%}
    1 - {{ sales_insights.ratio(squared_error, baseline_squared_error) }}
{%- endmacro %}


{# Whether a book is the last resolved one that held a deal, in which alone it counts where deals are compared. #}
{% macro is_last_resolved_book(closed_date, next_resolved_book_date) -%}
    coalesce({{ closed_date }} <= {{ next_resolved_book_date }}, true)
{%- endmacro %}

{# The squared error of a probability against what came of the deal (Brier, 1950), over rows with is_won. #}
{% macro squared_error(probability) -%}
    case when is_won then (1 - {{ probability }}) * (1 - {{ probability }}) else {{ probability }} * {{ probability }} end
{%- endmacro %}

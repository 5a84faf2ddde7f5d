{# Fails with each value that a lookup in lower case, without outer or doubled spaces, could never find. #}
{% test lower_case(model, column_name) %}
    select {{ column_name }}
    from {{ model }}
    where
        {{ column_name }} <> {{ sales_insights.lower_case(sales_insights.clean_text(column_name)) }}
{% endtest %}

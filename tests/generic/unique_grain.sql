{# Fails with each combination of the columns that stands on more than one row; NULL counts as a value. #}
{% test unique_grain(model, columns) %}
    select {{ columns | join(", ") }}, count(*) as rows
    from {{ model }}
    group by {{ columns | join(", ") }}
    having count(*) > 1
{% endtest %}

{#
    Stops the run on a --vars name that the project does not know: it would be ignored silently.
    Where another project installed this one the name may be one of its own.
#}
{% macro check_vars() %}
    {% if execute %}
        {% set given = invocation_args_dict.get('vars') or {} %}
        {% set unknown = given | reject('in', sales_insights.known_vars()) | list %}
        {% if unknown and project_name == 'sales_insights' %}
            {% do exceptions.raise_compiler_error(
                "unknown var '" ~ unknown[0] ~ "'; known are: " ~ sales_insights.known_vars() | join(', ')
            ) %}
        {% endif %}
        {% set date_format = var('date_format', none) %}
        {% if date_format and '%' not in date_format %}
            {% do exceptions.raise_compiler_error(
                "var date_format is '" ~ date_format ~ "'; it must be in strftime letters, such as %d/%m/%Y"
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}


{# The names of the vars in dbt_project.yml, which dbt does not show to macros. #}
{% macro known_vars() %}
    {% do return([
        'as_of_date', 'ruleset', 'change_period', 'thresholds', 'deals_file', 'deals_relation', 'date_format',
        'incremental'
    ]) %}
{% endmacro %}

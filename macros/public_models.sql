{# The models of this package that others may read, by name. None while dbt only parses. #}
{% macro public_models() %}
    {% do return(
        graph.get('nodes', {}).values()
        | selectattr('resource_type', 'equalto', 'model')
        | selectattr('package_name', 'equalto', 'sales_insights')
        | selectattr('access', 'equalto', 'public')
        | sort(attribute='name')
        | list
    ) %}
{% endmacro %}

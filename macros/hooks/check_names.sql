{#
    Stops the run where dbt reads a model or seed of the project that installed this one in place of
    the one of the same name here, which nobody asked for as long as that one is enabled.
#}
{% macro check_names() %}
    {% if execute %}
        {% set own = sales_insights.own_nodes() %}
        {% set names = own | map(attribute='name') | list %}
        {# The input alone is meant to be of the other project, and may have any name. #}
        {% for node in own if node.name != 'stg_deals_raw' %}
            {% for read in node.depends_on.get('nodes', []) %}
                {% set parts = read.split('.') %}
                {% if parts[1] != 'sales_insights' and parts[2] in names %}
                    {% do exceptions.raise_compiler_error(
                        node.name ~ ' would read ' ~ read ~ ' in place of the ' ~ parts[2]
                        ~ ' of sales_insights. In dbt_project.yml set the flag'
                        ~ ' require_ref_searches_node_package_before_root: true,'
                        ~ ' or disable the one that is not wanted'
                    ) %}
                {% endif %}
            {% endfor %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{#
    Prints the first rows behind each data test that failed or warned: who and where, not only how
    many. Of tests of this project alone: what those of another show is for that one to say.
#}
{% macro explain_failures(results) %}
    {% if execute and flags.WHICH in ['build', 'test'] %}
        {% for result in sales_insights.own_results(results) if result.node.resource_type == 'test' and result.status in ['fail', 'warn'] %}
            {% set rows = run_query('select * from (' ~ result.node.compiled_code ~ ') as failures limit 3') %}
            {% do print(result.status ~ ': ' ~ result.node.name) %}
            {% for row in rows.rows %}
                {% set cells = [] %}
                {% for name in rows.column_names %}
                    {% do cells.append(name ~ ' = ' ~ sales_insights.inert(row[name])) %}
                {% endfor %}
                {% do print('    ' ~ cells | join(', ')) %}
            {% endfor %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{#
    dbt's macros for seeds on Spark, with the types of dbt_project.yml by Spark's names. In dbt's own
    form an empty cell becomes the text None where Spark runs within dbt, and an apostrophe ends the text.
#}
{% macro spark__create_csv_table(model, agate_table) %}
    {% set types = {} %}
    {% for name, type in model['config'].get('column_types', {}).items() %}
        {% do types.update({name: 'string' if type == 'varchar' else type}) %}
    {% endfor %}
    {% set own = dict(model, config=dict(model['config'], column_types=types)) %}
    {{ return(dbt.spark__create_csv_table(own, agate_table)) }}
{% endmacro %}


{# All rows go into one file, so that they are read in the order of the seed. #}
{% macro spark__load_csv_rows(model, agate_table) %}
    {% set types = model['config'].get('column_types', {}) %}
    {% set rows = [] %}
    {% for row in agate_table.rows %}
        {% set cells = [] %}
        {% for name in agate_table.column_names %}
            {% set type = types.get(name, adapter.convert_type(agate_table, loop.index0)) %}
            {% set text = dbt.string_literal(dbt.escape_single_quotes(row[name] | string | replace('\\', '\\\\'))) %}
            {% set value = text if type in ['varchar', 'string'] else 'cast(' ~ text ~ ' as ' ~ type ~ ')' %}
            {% do cells.append('null' if row[name] is none else value) %}
        {% endfor %}
        {% do rows.append('(' ~ cells | join(', ') ~ ')') %}
    {% endfor %}
    {% set sql = 'insert into ' ~ this ~ ' select /*+ coalesce(1) */ * from values\n' ~ rows | join(',\n') %}
    {% if rows %}
        {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {% endif %}
    {{ return(sql) }}
{% endmacro %}

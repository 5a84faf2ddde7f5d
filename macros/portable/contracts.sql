{#
    Contracts name types as DuckDB does, in one form for all engines. These macros of dbt, where it
    compares a model with its contract and where it creates the table, are given the engine's own names.
#}
{% macro postgres__get_empty_schema_sql(columns) %}
    {%- set names = {'double': 'double precision', 'varchar': 'text'} -%}
    {{ return(dbt.default__get_empty_schema_sql(sales_insights.with_own_types(columns, names))) }}
{% endmacro %}

{# dbt's form of it over the own types. Text is sorted alike on every server, as in as_text(). #}
{% macro postgres__get_table_columns_and_constraints() %}
    {%- set names = {'double': 'double precision', 'varchar': 'text collate "C"'} -%}
    {%- set columns = sales_insights.with_own_types(model['columns'], names) -%}
    {%- set definitions = adapter.render_raw_columns_constraints(raw_columns=columns)
        + adapter.render_raw_model_constraints(raw_constraints=model['constraints']) -%}
    (
        {{ definitions | join(',\n        ') }}
    )
{% endmacro %}


{% macro spark__get_empty_schema_sql(columns) %}
    {{ return(dbt.default__get_empty_schema_sql(sales_insights.with_own_types(columns, {'varchar': 'string'}))) }}
{% endmacro %}


{# The columns of a contract, each with its type by the name that an engine gives it. #}
{% macro with_own_types(columns, names) %}
    {% set translated = {} %}
    {% for name, column in columns.items() %}
        {% set type = names.get(column['data_type'] | lower, column['data_type']) %}
        {% do translated.update({name: dict(column, data_type=type)}) %}
    {% endfor %}
    {% do return(translated) %}
{% endmacro %}


{# A table of Parquet has no constraints, so dbt looks whether what was written holds them. #}
{% macro spark__persist_constraints(relation, model) %}
    {% set breaches = sales_insights.constraint_breaches(model) %}
    {% if model.config.contract.enforced and breaches %}
        {% set broken = run_query('select count(*) from ' ~ relation ~ ' where ' ~ breaches | join(' or ')).rows[0][0] %}
        {% if broken %}
            {% do exceptions.raise_compiler_error(
                broken ~ ' rows of ' ~ relation ~ ' break a constraint of its contract: ' ~ breaches | join(' or ')
            ) %}
        {% endif %}
    {% endif %}
{% endmacro %}


{# What a row that breaks a constraint of a model's contract fulfils, as a list of conditions. #}
{% macro constraint_breaches(node) %}
    {% set breaches = [] %}
    {% for column in node['columns'].values() %}
        {% for constraint in column['constraints'] %}
            {% if constraint['type'] == 'not_null' %}
                {% do breaches.append(column['name'] ~ ' is null') %}
            {% elif constraint['type'] == 'check' %}
                {% do breaches.append('not (' ~ constraint['expression'] ~ ')') %}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {% for constraint in node['constraints'] if constraint['type'] == 'check' %}
        {% do breaches.append('not (' ~ constraint['expression'] ~ ')') %}
    {% endfor %}
    {% do return(breaches) %}
{% endmacro %}

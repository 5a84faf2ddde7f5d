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

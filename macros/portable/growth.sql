{#
    Long tables are written anew by every build. With the var `incremental` they are kept, and a build
    writes what differs alone: rows are told apart by a hash of what they hold, so that whatever made
    them differ (a correction, another as-of date, a threshold, an alias) is found.
#}

{# Whether long tables are kept. Parquet on Spark is written whole: no row of it can be deleted. #}
{% macro grows() %}
    {% do return(var('incremental', false) and target.type != 'spark') %}
{% endmacro %}


{# The materialization of a long table. #}
{% macro long_table() %}
    {% do return('incremental' if sales_insights.grows() else 'table') %}
{% endmacro %}


{# Whether the table of a model is there to be compared with, by its column of hashes. #}
{% macro is_kept(hash_column) %}
    {% if not (sales_insights.grows() and is_incremental()) %}
        {% do return(false) %}
    {% endif %}
    {% if hash_column not in adapter.get_columns_in_relation(this) | map(attribute='name') %}
        {% do exceptions.raise_compiler_error(
            this.identifier ~ ' was built without the var incremental; build once with --full-refresh'
        ) %}
    {% endif %}
    {% do return(true) %}
{% endmacro %}


{# A whole number of 64 bits that differs where any of the columns differs, NULL from empty too. #}
{% macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash', 'sales_insights')(columns)) }}
{%- endmacro %}

{% macro default__row_hash(columns) -%} hash({{ columns | join(', ') }}) {%- endmacro %}

{% macro postgres__row_hash(columns) -%}
    hashtextextended(cast(row({{ columns | join(', ') }}) as text), 0)
{%- endmacro %}


{# Removes rows from this model's table once it is written; for a hook. Nothing where it is written anew. #}
{% macro delete_if_kept(condition) -%}
    {{ 'delete from ' ~ this ~ ' where ' ~ condition if sales_insights.grows() }}
{%- endmacro %}

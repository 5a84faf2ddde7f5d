{#
    The place of each row in the input. DuckDB keeps the rows of a table in the order in which they
    were read and knows their places, so that none need be counted, which one thread alone can do.
#}

{#
    A column of the table of read rows that holds their places, for engines that do not know them; and
    where that table is kept, for rows written later stand at its end.
#}
{% macro row_place() -%}
    {{ return(adapter.dispatch('row_place', 'sales_insights')()) }}
{%- endmacro %}

{% macro default__row_place() %}
    row_number() over () as place,
{%- endmacro %}

{% macro duckdb__row_place() -%}
    {{- sales_insights.default__row_place() if sales_insights.grows() -}}
{%- endmacro %}

{# Rising in the order in which Spark reads, with gaps between the parts of the input. #}
{% macro spark__row_place() %}
    monotonically_increasing_id() + 1 as place,
{%- endmacro %}


{# The number of a row of that table, from 1. #}
{% macro source_row_number() -%}
    {{ return(adapter.dispatch('source_row_number', 'sales_insights')()) }}
{%- endmacro %}

{% macro default__source_row_number() -%} place {%- endmacro %}

{% macro duckdb__source_row_number() -%}
    {{- 'place' if sales_insights.grows() else 'rowid + 1' -}}
{%- endmacro %}

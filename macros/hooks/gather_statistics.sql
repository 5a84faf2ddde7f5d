{#
    Lets the engine count what is in a table just made. Postgres plans by such counts, and without
    them takes a table for a handful of rows: a join of minutes instead of a tenth of a second.
#}
{% macro gather_statistics() -%}
    {{ return(adapter.dispatch('gather_statistics', 'sales_insights')()) }}
{%- endmacro %}

{% macro default__gather_statistics() -%} {%- endmacro %}

{% macro postgres__gather_statistics() -%}
    {{ 'analyze ' ~ this if model.config.materialized in ('table', 'incremental') }}
{%- endmacro %}

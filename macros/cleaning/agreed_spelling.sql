{# The agreed spelling of a category, by the aliases of segment_aliases in any case; else as it is. #}
{% macro agreed_spelling(category) -%}
    {%- set aliases = sales_insights.aliases_of(category) -%}
    {%- if not aliases -%}
    {{ category }}
    {%- else -%}
    case {{ sales_insights.lower_case(category) }}
    {%- for alias, value in aliases %}
        when {{ dbt.string_literal(dbt.escape_single_quotes(alias)) }} then {{ dbt.string_literal(dbt.escape_single_quotes(value)) }}
    {%- endfor %}
        else {{ category }}
    end
    {%- endif -%}
{%- endmacro %}


{# The aliases of a category with their values, as a list of pairs; none while dbt only parses. #}
{% macro aliases_of(category) %}
    {% set pairs = [] %}
    {% for row in sales_insights.segment_aliases() if row[0] == category %}
        {% do pairs.append((row[1], row[2])) %}
    {% endfor %}
    {% do return(pairs) %}
{% endmacro %}


{# The rows of the seed segment_aliases: dimension, alias, value. None before it is built. #}
{% macro segment_aliases() %}
    {% set seed = ref('segment_aliases') %}
    {% if not execute or load_relation(seed) is none %}
        {% do return([]) %}
    {% endif %}
    {% do return(run_query('select dimension, alias, value from ' ~ seed ~ ' order by 1, 2').rows | list) %}
{% endmacro %}

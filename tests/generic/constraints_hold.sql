{#
    Fails with each row that breaks a constraint of the model's contract. For views, which no engine
    constrains; a table of DuckDB or Postgres refuses such rows by itself.
#}
{% test constraints_hold(model) -%}
    {%- set nodes = graph.get("nodes", {}).values() | selectattr(
        "relation_name", "equalto", model | string
    ) -%}
    {%- set node = nodes | first -%}
    select *
    from {{ model }}
    where
        {{
            (sales_insights.constraint_breaches(node) if node else []) | join(
                "\n        or "
            ) or "false"
        }}
{%- endtest %}

{#
    Fails with each row that breaks a constraint of the model's contract. For views, and engines that
    enforce no constraints; a table of DuckDB or Postgres refuses such rows by itself.
#}
{% test constraints_hold(model) -%}
    {%- set broken = [] -%}
    {%- for node in graph.get('nodes', {}).values() if node.relation_name == model | string -%}
        {%- for column in node.columns.values() -%}
            {%- for constraint in column.constraints -%}
                {%- if constraint.type == 'not_null' -%}
                    {%- do broken.append(column.name ~ ' is null') -%}
                {%- elif constraint.type == 'check' -%}
                    {%- do broken.append('not (' ~ constraint.expression ~ ')') -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    select *
    from {{ model }}
    where {{ broken | join('\n        or ') or 'false' }}
{%- endtest %}

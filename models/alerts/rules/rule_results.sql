{%- for rule in alert_rules() %}
    select {{ rule_columns() | join(", ") }}
    from {{ ref("rule_" ~ rule) }}
    {%- if not loop.last %}
        union all
    {%- endif %}
{%- endfor %}

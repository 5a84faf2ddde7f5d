with
    fired as (
        {%- for rule in alert_rules() %}
            select {{ alert_columns() | join(",\n        ") }}
            from {{ ref("alert_" ~ rule) }} {{ 'union all' if not loop.last }}
        {%- endfor %}
    )

select
    {{ alert_columns() | join(",\n    ") }},
    -- 1 is the alert of its rule to read first: the most severe, then the most money.
    row_number() over (
        partition by rule
        order by
            case severity when 'critical' then 1 when 'warning' then 2 else 3 end,
            amount_at_stake desc,
            alert_key
    ) as rank_in_rule
from fired

with
    fired as (
        {%- for rule in alert_rules() %}
            select {{ alert_columns() | join(",\n                ") }}
            from {{ ref("alert_" ~ rule) }}
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}
    ),

    ranked as (
        select
            *,
            case severity when 'critical' then 1 when 'warning' then 2 else 3 end as severity_rank
        from fired
    )

select
    {{ alert_columns() | join(",\n    ") }},
    cast(severity_rank as bigint) as severity_rank,
    row_number() over (
        partition by rule order by severity_rank, amount_at_stake desc, alert_key
    ) as rank_in_rule
from ranked

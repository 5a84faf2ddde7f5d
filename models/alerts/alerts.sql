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
    history as (select * from {{ ref("alert_history") }} where is_as_of),

    ranked as (
        select
            fired.*,
            history.first_breached_on,
            history.first_proven_on,
            history.consecutive_periods,
            history.times_fired,
            case
                fired.severity when 'critical' then 1 when 'warning' then 2 else 3
            end as severity_rank,
            case
                fired.verdict when 'proven' then 1 when 'suggestive' then 2 else 3
            end as verdict_rank,
            fired.explained_by is not null as is_explained,
            case
                when {{ fixed_dimensions("wider") }} < {{ fixed_dimensions("fired") }}
                then fired.explained_by
            end as muted_by,
            {{ counts_as_luck("fired.severity", "fired.verdict") }} as is_within_luck
        from fired
        inner join history on history.alert_key = fired.alert_key
        left join fired as wider on wider.alert_key = fired.explained_by
    )

select
    {{ alert_columns() | join(",\n    ") }},
    first_breached_on,
    first_proven_on,
    consecutive_periods,
    times_fired,
    {{ since_in_words() }} as since,
    is_within_luck,
    muted_by,
    cast(severity_rank as bigint) as severity_rank,
    cast(
        row_number() over (partition by rule order by {{ alert_order() }}) as bigint
    ) as rank_in_rule
from ranked

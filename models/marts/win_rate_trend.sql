with
    daily as (select * from {{ ref("int_daily_outcomes") }}),
    as_of as (select * from {{ ref("as_of") }}),

    dated as (
        {%- for period in ["month", "quarter"] %}
            select
                '{{ period }}' as period_type,
                {{ period_start("outcome_date", period) }} as period_start,
                {{ period_end("outcome_date", period) }} as period_end,
                daily.*
            from daily
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}
    ),

    summed as (
        select
            period_type,
            period_start,
            period_end,
            clock,
            grain,
            {{ dimensions() | join(",\n            ") }},
            cast(sum(deals) as bigint) as deals,
            cast(sum(won_deals) as bigint) as won_deals,
            {{ total_amount("amount") }} as amount,
            {{ total_amount("won_amount") }} as won_amount,
            cast(sum(deals_without_amount) as bigint) as deals_without_amount
        from dated
        group by
            period_type, period_start, period_end, clock, grain, {{ dimensions() | join(", ") }}
    )

select
    summed.period_type,
    summed.period_start,
    summed.period_end,
    summed.clock,
    -- A created cohort is complete once its youngest deal has reached the age it is judged at.
    case
        when summed.clock = 'closed'
        then summed.period_end <= as_of.as_of_date
        else {{ add_days("summed.period_end", threshold("cohort_age_days")) }} <= as_of.as_of_date
    end as is_complete,
    summed.grain,
    summed.{{ dimensions() | join(",\n    summed.") }},
    summed.deals,
    summed.won_deals,
    {{ ratio("summed.won_deals", "summed.deals") }} as win_rate,
    summed.amount,
    summed.won_amount,
    {{ ratio("summed.won_amount", "summed.amount") }} as value_win_rate,
    summed.deals_without_amount
from summed
cross join as_of

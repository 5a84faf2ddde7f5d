with
    daily as (select * from {{ ref("int_daily_outcomes") }}),
    as_of as (select * from {{ ref("as_of") }}),
    coverage as (select * from {{ ref("int_extract_coverage") }}),

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
    summed.*,
    case
        when
            summed.clock = 'closed'
            and least(summed.period_end, as_of.as_of_date) > coverage.covered_until
        then 'truncated'
        -- A created cohort is complete once its youngest deal has reached the age it is
        -- judged at.
        when
            case
                summed.clock
                when 'closed'
                then summed.period_end
                else {{ add_days("summed.period_end", threshold("cohort_age_days")) }}
            end
            > as_of.as_of_date
        then 'partial'
        else 'complete'
    end as period_status
from summed
cross join as_of
left join coverage on coverage.evaluation_date = as_of.as_of_date

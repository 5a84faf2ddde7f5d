with
daily as (select * from {{ ref('int_daily_outcomes') }}),
as_of as (select * from {{ ref('as_of') }}),

{% for period in ['month', 'quarter'] -%}
by_{{ period }} as (
    select
        '{{ period }}' as period_type,
        {{ period_start('outcome_date', period) }} as period_start,
        daily.*
    from daily
),

{% endfor -%}
summed as (
    select
        period_type,
        period_start,
        clock,
        grain,
        {{ dimensions() | join(',\n        ') }},
        cast(sum(deals) as bigint) as deals,
        cast(sum(won_deals) as bigint) as won_deals,
        cast(sum(deals_without_amount) as bigint) as deals_without_amount,
        {{ total_amount('amount') }} as amount,
        {{ total_amount('won_amount') }} as won_amount
    from (select * from by_month union all select * from by_quarter) as periods
    group by period_type, period_start, clock, grain, {{ dimensions() | join(', ') }}
),

ended as (
    select
        *,
        case
            when period_type = 'month' then {{ period_end('period_start', 'month') }}
            else {{ period_end('period_start', 'quarter') }}
        end as period_end
    from summed
)

select
    ended.period_type,
    ended.period_start,
    ended.period_end,
    ended.clock,
    -- A created cohort is complete once its youngest deal has reached the age it is judged at.
    case
        when ended.clock = 'closed' then ended.period_end <= as_of.as_of_date
        else {{ add_days('ended.period_end', threshold('cohort_age_days')) }} <= as_of.as_of_date
    end as is_complete,
    ended.grain,
    {% for dimension in dimensions() -%}
    ended.{{ dimension }},
    {% endfor -%}
    ended.deals,
    ended.won_deals,
    {{ ratio('ended.won_deals', 'ended.deals') }} as win_rate,
    ended.amount,
    ended.won_amount,
    {{ ratio('ended.won_amount', 'ended.amount') }} as value_win_rate,
    ended.deals_without_amount
from ended
cross join as_of

with
    deals as (select * from {{ ref("int_deals_as_of") }}),
    as_of as (select * from {{ ref("as_of") }}),
    stages as (select * from {{ ref("deal_stages") }}),

    flagged as (
        select
            deals.*,
            deals.is_closed and not deals.is_won as is_lost,
            deals.deal_amount is null as is_without_amount,
            deals.sales_cycle_days <> deals.reported_cycle_days as has_cycle_disagreement,
            deals.is_won and not stages.is_late_stage as is_won_early,
            deals.is_closed
            and not deals.is_won
            and deals.deal_stage = 'Closed' as is_lost_at_closed
        from deals
        left join stages on stages.deal_stage = deals.deal_stage
    )

select
    'missing_amount' as check_name,
    'missing' as category,
    count(*) filter (where is_without_amount) as rows,
    count(*) as out_of,
    cast(null as bigint) as days
from flagged
union all
select
    'cycle_days_disagree',
    'suspicious',
    count(*) filter (where has_cycle_disagreement),
    count(reported_cycle_days),
    null
from flagged
union all
select
    'won_at_early_stage',
    'suspicious',
    count(*) filter (where is_won_early),
    count(*) filter (where is_won),
    null
from flagged
union all
select
    'lost_at_closed',
    'suspicious',
    count(*) filter (where is_lost_at_closed),
    count(*) filter (where is_lost),
    null
from flagged
union all
select
    'days_since_last_activity',
    'freshness',
    null,
    null,
    {{
        days_between(
            "greatest(max(flagged.created_date), max(flagged.closed_date))",
            "max(as_of.as_of_date)",
        )
    }}
from as_of
left join flagged on true

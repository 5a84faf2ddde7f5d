with
    deals as (select * from {{ ref("stg_deals") }}),
    as_of as (select * from {{ ref("as_of") }}),
    stages as (select * from {{ ref("deal_stages") }}),
    sources as (select * from {{ ref("lead_sources") }}),

    -- What was not knowable on the as-of date is not there: later deals, and later outcomes.
    known as (
        select
            deals.*,
            as_of.as_of_date,
            coalesce(deals.closed_date <= as_of.as_of_date, false) as is_closed
        from deals
        inner join as_of on deals.created_date <= as_of.as_of_date
    ),

    dated as (
        select
            *,
            not is_closed as is_open,
            is_closed and outcome = 'Won' as is_won,
            case when is_closed then closed_date end as known_closed_date,
            case when is_closed then closed_date else as_of_date end as last_day
        from known
    )

select
    dated.deal_id,
    dated.sales_rep_id,
    dated.industry,
    dated.region,
    dated.product_type,
    dated.lead_source,
    dated.deal_stage,
    {{ deal_size_band("dated.deal_amount") }} as deal_size_band,
    case when dated.is_closed then dated.outcome else 'Open' end as outcome,
    case when dated.is_open then 'open' else lower(dated.outcome) end as status,
    dated.deal_amount,
    {{ days_between("dated.created_date", "dated.known_closed_date") }} as sales_cycle_days,
    case when dated.is_closed then dated.reported_cycle_days end as reported_cycle_days,
    {{ days_between("dated.created_date", "dated.last_day") }} as age_days,
    dated.is_open,
    dated.is_closed,
    dated.is_won,
    {{ counts_as_pipeline("dated.is_open") }} as is_pipeline,
    coalesce(stages.is_late_stage, false) as is_late_stage,
    coalesce(sources.is_high_intent, false) as is_high_intent_source,
    dated.created_date,
    dated.known_closed_date as closed_date,
    dated.as_of_date
from dated
left join stages on stages.deal_stage = dated.deal_stage
left join sources on sources.lead_source = dated.lead_source

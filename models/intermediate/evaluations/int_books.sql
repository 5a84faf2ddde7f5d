with
    deals as (select * from {{ ref("int_deals_as_of") }}),
    evaluations as (select * from {{ ref("int_evaluations") }} where is_replayed)

select
    evaluations.evaluation_date,
    deals.deal_id,
    deals.industry,
    deals.region,
    deals.deal_stage,
    deals.deal_amount,
    coalesce(deals.closed_date <= evaluations.evaluation_date, false) as is_closed,
    {{
        days_between(
            "deals.created_date", "least(deals.closed_date, evaluations.evaluation_date)"
        )
    }} as age_days
from deals
inner join evaluations on deals.created_date <= evaluations.evaluation_date

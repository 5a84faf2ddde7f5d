-- The deals of a CRM, in the columns that the package reads; a year and a half, one a day.
with
    opportunities as (
        select number, cast('2024-01-01' as date) + cast(number as integer) as opened_on
        from range(600) as numbers(number)
    )

select
    'opp-' || number as deal_id,
    opened_on as created_date,
    case when number < 480 then opened_on + cast(20 + number % 60 as integer) end as closed_date,
    'rep ' || number % 5 as sales_rep_id,
    case when number % 3 = 0 then 'EdTech' else 'SaaS' end as industry,
    case when number % 2 = 0 then 'Europe' else 'India' end as region,
    'Core' as product_type,
    case when number % 5 < 2 then 'Inbound' else 'Partner' end as lead_source,
    case when number % 7 < 4 then 'Discovery' else 'Offer' end as deal_stage,
    5000 + number * 37 % 100 * 1000 as deal_amount,
    null as sales_cycle_days,
    case
        when number >= 480
        then 'Open'
        -- Inbound is the better source: 70 of 100 are won, of the others 40.
        when number * 7919 % 100 < case when number % 5 < 2 then 70 else 40 end
        then 'Won'
        else 'Lost'
    end as outcome
from opportunities

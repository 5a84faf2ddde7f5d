with
    bands as (select * from {{ ref("int_risk_bands") }} where shuffle = 0),
    evaluations as (select * from {{ ref("int_evaluations") }} where is_as_of)

select
    bands.risk_band,
    bands.deals,
    bands.amount,
    {{ ratio("bands.amount", "sum(bands.amount) over ()") }} as amount_share,
    bands.deals_without_amount
from bands
inner join evaluations on evaluations.evaluation_date = bands.evaluation_date

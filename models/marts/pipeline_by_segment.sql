with pipeline as (select * from {{ ref("int_segment_pipeline") }} where is_as_of)

select
    grain,
    {{ dimensions() | join(",\n    ") }},
    pipeline_deals,
    pipeline_amount,
    amount_share,
    deals_without_amount
from pipeline

-- The dates win; a disagreement says that the export computes its cycle from something else.
{{ config(severity="warn") }}

select deal_id, created_date, closed_date, sales_cycle_days, reported_cycle_days
from {{ ref("stg_deals") }}
where sales_cycle_days <> reported_cycle_days

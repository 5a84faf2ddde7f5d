select sum(amount_share) as total_share
from {{ ref("pipeline_by_risk_band") }}
having abs(sum(amount_share) - 1) > 1e-9

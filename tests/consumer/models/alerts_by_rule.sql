select
    rule,
    {{ sales_insights.as_count("count(*)", "alert") }} as alerts,
    {{ sales_insights.as_money("sum(amount_at_stake)") }} as amount_at_stake
from {{ ref("sales_insights", "alerts") }}
group by rule

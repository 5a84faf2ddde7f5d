-- On each evaluation date, and in each shuffle, a key stands for one segment of one rule.
select evaluation_date, shuffle, alert_key, count(*) as rows, min(rule) as rule
from {{ ref("rule_results") }}
group by evaluation_date, shuffle, alert_key
having count(*) > 1

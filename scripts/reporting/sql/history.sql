-- One row per alert and month-end at which it fired; the thirty alerts that fired last and most.
with
    fired as (
        select
            *,
            replace(rule, '_', ' ')
            || coalesce(': ' || nullif(concat_ws(' / ', industry, region, lead_source, deal_stage), ''), '')
                as alert,
            max(evaluation_date) over (partition by alert_key) as last_fired,
            count(*) over (partition by alert_key) as times
        from alert_history
        where is_fired
    ),

    placed as (
        select *, dense_rank() over (order by last_fired desc, times desc, alert_key) as place
        from fired
    )

select place, alert, evaluation_date, severity, verdict, deals, amount_at_stake
from placed
where place <= 30
order by place, evaluation_date;

{%- set apart = threshold("change_periods_apart") -%}
with
    periods as (
        select *
        from {{ ref("int_period_outcomes") }}
        where
            period_type = '{{ change_period() }}'
            and grain = 'overall'
            and period_status = 'complete'
    ),

    latest_first as (
        select
            clock,
            period_start,
            row_number() over (partition by clock order by period_start desc) as periods_back
        from periods
    )

select
    clock,
    max(period_start) filter (where periods_back = 1 + {{ apart }}) as before_starts_on,
    max(period_start) filter (where periods_back = 1) as after_starts_on
from latest_first
group by clock
having count(*) > {{ apart }}

with
    evaluations as (select * from {{ ref("int_evaluations") }}),
    outcomes as (select * from {{ ref("int_segment_outcomes") }} where grain = 'overall'),
    deciding_stages as (select * from {{ ref("int_deciding_stages") }}),

    -- A book is scored also while nothing has closed: with no probability.
    asked as (
        select evaluation_date, 0 as shuffle
        from evaluations
        union distinct
        select evaluation_date, shuffle
        from outcomes
    ),

    deciding as (select distinct evaluation_date, shuffle from deciding_stages),

    days as (
        select asked.*, deciding.evaluation_date is not null as is_without_stage
        from asked
        left join
            deciding
            on deciding.evaluation_date = asked.evaluation_date
            and deciding.shuffle = asked.shuffle
    )

select evaluation_date, shuffle, is_without_stage, true as is_in_force
from days
union all
-- A deal of an old book has the stage of today. Where that is known to decide, on any later day,
-- the book is scored a second time without it, or the grades would rest on the outcome itself.
select evaluation_date, shuffle, true, false
from days
where
    not is_without_stage
    and shuffle = 0
    and evaluation_date < (select max(evaluation_date) from deciding where shuffle = 0)

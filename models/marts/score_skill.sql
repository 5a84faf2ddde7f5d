with
    skill as (select * from {{ ref("int_score_skill") }}),
    errors as (select * from {{ ref("int_skill_error") }}),
    evaluations as (select * from {{ ref("int_evaluations") }} where is_as_of),
    deciding_stages as (select * from {{ ref("int_deciding_stages") }} where shuffle = 0),

    stages as (
        select
            evaluation_date, {{ string_agg("deal_stage", ", ", "deal_stage") }} as deciding_stages
        from deciding_stages
        group by evaluation_date
    ),

    scored as (
        select
            skill.*,
            errors.skill_error,
            stages.deciding_stages,
            skill.skill / nullif(errors.skill_error, 0) as z_score
        from skill
        inner join evaluations on evaluations.evaluation_date = skill.evaluation_date
        left join errors on errors.evaluation_date = skill.evaluation_date
        left join stages on stages.evaluation_date = skill.evaluation_date
    ),

    tested as (
        select *, {{ one_sided_p("z_score", normal_tail("z_score")) }} as p_value from scored
    ),

    -- One question, so nothing to correct for.
    judged as (select *, {{ verdict("p_value", "p_value") }} as verdict from tested)

select
    evaluation_date as as_of_date,
    graded_books,
    graded_deals,
    brier,
    baseline_brier,
    skill,
    skill_error,
    p_value,
    verdict,
    is_informative,
    low_fit_deals as graded_low_fit_deals,
    low_fit_win_rate as graded_low_fit_win_rate,
    other_deals as graded_other_deals,
    other_win_rate as graded_other_win_rate,
    deciding_stages,
    {{ skill_headline() }} as headline
from judged

with
    skill as (select * from {{ ref("int_score_skill") }}),
    evaluations as (select * from {{ ref("int_evaluations") }} where is_as_of),
    deciding_stages as (select * from {{ ref("int_deciding_stages") }} where shuffle = 0),

    stages as (
        select
            evaluation_date, {{ string_agg("deal_stage", ", ", "deal_stage") }} as deciding_stages
        from deciding_stages
        group by evaluation_date
    )

select
    skill.evaluation_date as as_of_date,
    skill.graded_books,
    skill.graded_deals,
    skill.brier,
    skill.baseline_brier,
    skill.skill,
    skill.is_informative,
    skill.low_fit_deals as graded_low_fit_deals,
    skill.low_fit_win_rate as graded_low_fit_win_rate,
    skill.other_deals as graded_other_deals,
    skill.other_win_rate as graded_other_win_rate,
    stages.deciding_stages,
    case
        when skill.graded_deals = 0
        then 'The scores have not been graded yet: no past book of open deals has closed'
        when skill.is_informative
        then 'The scores predict who wins: over '
        else 'The segments do not predict who wins: over '
    end || case
        when skill.graded_deals > 0
        then
            {{ as_count("skill.graded_books", "past book") }}
            || ' of open deals they came '
            -- Neither closer nor less close: every deal was given that win rate, or it was perfect.
            || case
                when coalesce(abs(skill.skill) <= 1e-9, true)
                then 'no closer'
                else
                    {{ as_percent("abs(skill.skill)") }}
                    || case when skill.is_informative then ' closer' else ' less close' end
            end
            || ' to what happened than the win rate of that day for every deal'
        else ''
    end
    || '.'
    || coalesce(
        ' Deal stage is not used for scoring, as it decides the outcome by itself: '
        || stages.deciding_stages
        || '.',
        ''
    ) as headline
from skill
inner join evaluations on evaluations.evaluation_date = skill.evaluation_date
left join stages on stages.evaluation_date = skill.evaluation_date

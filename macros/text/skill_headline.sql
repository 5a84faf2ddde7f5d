{# Whether the scores predict who wins, and the stages left out of them, in sentences. Over a row of score_skill. #}
{% macro skill_headline() -%}
    case
        when graded_deals = 0
        then 'The scores have not been graded yet: no past book of open deals has closed'
        else 'Over ' || {{ sales_insights.as_count('graded_books', 'past book') }} || ' of open deals the scores came '
            -- Neither closer nor less close: every deal was given that win rate, or it was perfect.
            || case
                when coalesce(abs(skill) <= 1e-9, true) then 'no closer'
                else {{ sales_insights.as_percent('abs(skill)') }} || case when is_informative then ' closer' else ' less close' end
            end
            || ' to what happened than the win rate of that day for every deal: '
            || case
                when not is_informative then 'the segments do not predict who wins'
                when verdict = 'proven' then 'they predict who wins'
                when verdict = 'suggestive' then 'they seem to predict who wins, which is not proven'
                else {{ sales_insights.verdict_in_words('verdict') }}
            end
    end
    || '.'
    || coalesce(' Deal stage is not used for scoring, as it decides the outcome by itself: ' || deciding_stages || '.', '')
{%- endmacro %}

{# The change of the win rate, or what a dimension's mix did of it, in a sentence. Over a row of win_rate_change_summary. #}
{% macro change_headline() -%}
    {%- set period = sales_insights.change_period() -%}
    case
        when grain = 'overall'
        then case clock when 'closed' then 'Win rate by {{ period }} closed' else 'Won within {{ sales_insights.threshold('cohort_age_days') }} days, by {{ period }} created' end
            || case weight when 'value' then ', by value' else '' end
            || ': ' || {{ sales_insights.as_percent('win_rate_after') }}
            || ' of ' || {{ sales_insights.as_count('deals_after', 'deal') }} || ' in ' || {{ sales_insights.period_name('after_starts_on', period) }}
            || ' after ' || {{ sales_insights.as_percent('win_rate_before') }}
            || ' of ' || {{ sales_insights.as_count('deals_before') }} || ' in ' || {{ sales_insights.period_name('before_starts_on', period) }}
            || ', ' || {{ sales_insights.as_signed_points('win_rate_change') }}
            || coalesce(': ' || {{ sales_insights.verdict_in_words('verdict') }}, '')
        else 'By ' || replace(grain, '_', ' ')
            || ', the mix of deals made ' || {{ sales_insights.as_signed_points('mix_effect') }}
            || ' of the change of ' || {{ sales_insights.as_signed_points('win_rate_change') }}
            || coalesce(', above all ' || mix_leader, '')
            || '; win rates of their own made ' || {{ sales_insights.as_signed_points('rate_effect') }}
    end
    || '.'
{%- endmacro %}


{# In brackets, how sure it is that a segment's win rate led the change; of one that lagged or went the other way, nothing. Over a row of win_rate_change. #}
{% macro proof_of_leading() -%}
    case when z_score * win_rate_change < 0 then '' else coalesce(' (' || {{ sales_insights.verdict_in_words('verdict') }} || ')', '') end
{%- endmacro %}


{# A segment and its shares of all deals in the two periods: `Outbound (39.5 % of all after 22.1 %)`. Over a row of win_rate_change. #}
{% macro shares_in_words() -%}
    {{ sales_insights.segment_label(sales_insights.dimensions()) }} || ' (' || {{ sales_insights.as_percent('share_after') }}
        || ' of all after ' || {{ sales_insights.as_percent('share_before') }} || ')'
{%- endmacro %}


{# Where a change sits, or that it is nowhere proven to. #}
{% macro explanation_headline(is_place_proven, segments) -%}
    case
        when {{ is_place_proven }} then 'It sits in ' || {{ segments }} || '.'
        else 'Where it sits is not proven.'
    end
{%- endmacro %}


{# That an extract ends too long before the as-of date, and what is not judged for it. #}
{% macro extract_headline(last_created_date) -%}
    'The last deal was created on ' || cast({{ last_created_date }} as {{ dbt.type_string() }})
        || ', long before the as-of date, so closings are missing: falls, stalling and the pipeline are not judged.'
{%- endmacro %}


{# Which periods an extract left incomplete. An aggregate over these periods. #}
{% macro left_out_headline(period_start, period) -%}
    'Not compared, as the extract no longer created the quick deals that would close in it: '
        || {{ sales_insights.string_agg(sales_insights.period_name(period_start, period), ', ', period_start) }} || '.'
{%- endmacro %}


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

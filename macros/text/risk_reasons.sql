{#
    What made the risk band of a deal, in words: what the score rests on and how thin that is, how far
    it lies from the baseline, whether scores have predicted anything so far, and the deal's pace.
#}
{% macro risk_reasons() -%}
    {%- set is_standard = sales_insights.ruleset() == 'standard' -%}
    {%- set thin = sales_insights.threshold('thin_cell_deals') -%}
    case
        when win_probability is null then 'No deal has closed yet'
        when score_basis = 'baseline'
        then 'All deals win ' || {{ sales_insights.as_percent('win_probability') }}
            || case when {{ 'segment_closed_deals > 0' if is_standard else 'false' }} then ', and no segment differs by more than luck' else ', and none like this one has closed' end
        else
            case score_basis
                when 'cell' then {{ sales_insights.segment_label(['industry', 'region', 'lead_source', 'deal_stage']) }}
                else {{ sales_insights.segment_label(['industry', 'region', 'lead_source']) }}
            end
            || ' ('
            || case score_basis
                when 'cell'
                then {{ sales_insights.as_count('cell_closed_deals', 'closed deal') }} || ', ' || {{ sales_insights.as_percent('cell_win_rate') }}
                else {{ sales_insights.as_count('segment_closed_deals', 'closed deal') }} || ', ' || {{ sales_insights.as_percent('segment_win_rate') }}
            end
            || ' won) is expected to win ' || {{ sales_insights.as_percent('win_probability') }} || ', '
            || {{ sales_insights.as_points('abs(win_probability - baseline_win_rate)') }}
            || case when win_probability < baseline_win_rate then ' below' else ' above' end || ' the baseline'
    end
    || case
        when score_basis = 'cell' and cell_closed_deals < {{ thin }} then '; thin data{{ ', so the score leans on the segment' if is_standard }}'
        when score_basis = 'segment' and segment_closed_deals < {{ thin }} then '; thin data, so the score leans on the baseline'
        else ''
    end
    || case when is_without_stage then '; the stage is left out, as it decides the outcome' else '' end
    || case when is_informative then '' else '; such scores are not known to predict who wins' end
    || case
        when stall_limit_days is null then ''
        when is_critically_stalled then '; ' || {{ sales_insights.as_days('age_days') }} || ' old, far beyond the limit of ' || {{ sales_insights.as_days('stall_limit_days') }}
        when is_stalled then '; ' || {{ sales_insights.as_days('age_days') }} || ' old, beyond the limit of ' || {{ sales_insights.as_days('stall_limit_days') }}
        else '; ' || {{ sales_insights.as_days('age_days') }} || ' old, within the limit of ' || {{ sales_insights.as_days('stall_limit_days') }}
    end
    || '.'
{%- endmacro %}

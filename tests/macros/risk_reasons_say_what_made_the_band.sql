{%- set thin = threshold("thin_cell_deals") -%}
{%- set is_standard = ruleset() == "standard" -%}
{%- set leans = ", so the score leans on the segment" if is_standard else "" -%}
{%- set why_baseline = (
    "no segment differs by more than luck"
    if is_standard
    else "none like this one has closed"
) -%}
with
    deals(
        score_basis,
        cell_closed_deals,
        segment_closed_deals,
        win_probability,
        baseline_win_rate,
        is_without_stage,
        is_informative,
        age_days,
        stall_limit_days,
        is_stalled,
        is_critically_stalled,
        expected
    ) as (
        values
            -- a cell that is just not thin, and one that is
            (
                'cell',
                {{ thin }},
                1234,
                0.628,
                0.45,
                false,
                true,
                82,
                82,
                false,
                false,
                'SaaS / Europe / Inbound / Demo ('
                || {{ as_count(thin, "closed deal") }}
                || ', 70.0 % won) is expected to win 62.8 %, 17.8 points above the baseline; 82 days old, within the limit of 82 days.'
            ),
            (
                'cell',
                {{ thin - 1 }},
                1234,
                0.3,
                0.45,
                false,
                true,
                83,
                82,
                true,
                false,
                'SaaS / Europe / Inbound / Demo ('
                || {{ as_count(thin - 1, "closed deal") }}
                || ', 70.0 % won) is expected to win 30.0 %, 15.0 points below the baseline; thin data{{ leans }}'
                || '; 83 days old, beyond the limit of 82 days.'
            ),
            -- a thin cell does not matter where the segment counts, a thin segment does; a score
            -- that is not
            -- below the baseline; scores without skill
            (
                'segment',
                {{ thin - 1 }},
                {{ thin }},
                0.45,
                0.45,
                false,
                false,
                121,
                30.5,
                true,
                true,
                'SaaS / Europe / Inbound ('
                || {{ as_count(thin, "closed deal") }}
                || ', 40.0 % won) is expected to win 45.0 %, 0.0 points above the baseline'
                || '; such scores are not known to predict who wins'
                || '; 121 days old, far beyond the limit of 30.5 days.'
            ),
            (
                'segment',
                0,
                {{ thin - 1 }},
                0.45,
                0.45,
                false,
                true,
                0,
                30.5,
                false,
                false,
                'SaaS / Europe / Inbound ('
                || {{ as_count(thin - 1, "closed deal") }}
                || ', 40.0 % won) is expected to win 45.0 %, 0.0 points above the baseline'
                || '; thin data, so the score leans on the baseline'
                || '; 0 days old, within the limit of 30.5 days.'
            ),
            (
                'baseline',
                0,
                1,
                0.45,
                0.45,
                true,
                true,
                31,
                30.5,
                true,
                false,
                'All deals win 45.0 %, and {{ why_baseline }}'
                || '; the stage is left out, as it decides the outcome'
                || '; 31 days old, beyond the limit of 30.5 days.'
            ),
            (
                'baseline',
                0,
                0,
                0.45,
                0.45,
                true,
                true,
                31,
                30.5,
                true,
                false,
                'All deals win 45.0 %, and none like this one has closed'
                || '; the stage is left out, as it decides the outcome'
                || '; 31 days old, beyond the limit of 30.5 days.'
            ),
            -- nothing has closed: no probability, no limit
            (
                'baseline',
                0,
                0,
                null,
                null,
                false,
                false,
                400,
                null,
                false,
                false,
                'No deal has closed yet; such scores are not known to predict who wins.'
            )
    ),

    told as (
        select expected, {{ risk_reasons() }} as actual
        from
            (
                select
                    deals.*,
                    0.7 as cell_win_rate,
                    0.4 as segment_win_rate,
                    'SaaS' as industry,
                    'Europe' as region,
                    'Inbound' as lead_source,
                    'Demo' as deal_stage
                from deals
            ) as deals
    )

select expected, actual
from told
where actual is distinct from expected

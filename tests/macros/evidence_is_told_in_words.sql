with
    findings(verdict, q, tests, expected) as (
        values
            ('proven', 0.0004, 1200, 'one of 1,200 segments tested, q < 0.001: proven'),
            ('suggestive', 0.04, 2, 'one of 2 segments tested, q = 0.040: suggestive, not proven'),
            (
                'suggestive',
                0.0052,
                2,
                'one of 2 segments tested, q = 0.0052: suggestive, not proven'
            ),
            ('suggestive', 0.01, 2, 'one of 2 segments tested, q = 0.010: suggestive, not proven'),
            ('noise', 0.5, 12, 'one of 12 segments tested, q = 0.500: within what luck gives'),
            -- A question of its own has nothing to be corrected for, and need not have a q-value.
            ('proven', 0.01, 1, 'one test, q = 0.010: proven'),
            ('suggestive', null, 1, 'one test: suggestive, not proven'),
            -- Where it was not tested, it does not matter what else was.
            ('too_few', null, 0, 'too few deals to tell it from luck'),
            ('too_few', null, 12, 'too few deals to tell it from luck')
    ),

    verdicts(verdict, expected) as (
        values
            ('proven', 'proven'),
            ('suggestive', 'suggestive, not proven'),
            ('noise', 'within what luck gives'),
            ('too_few', 'too few deals to tell it from luck'),
            (null, null)
    ),

    effects(rule, effect, expected) as (
        values
            (
                'win_rate_drop',
                0.158,
                'a fall of 15.8 points in a typical segment would probably have shown'
            ),
            (
                'emerging_driver',
                0.05,
                'a lift of 5.0 points in a typical segment would probably have shown'
            ),
            (
                'low_fit_pipeline',
                0.25,
                '25.0 % of the pipeline amount in segments of low fit would have shown'
            ),
            (
                'stage_stalling',
                17.01,
                '18 stalled deals in a typical segment would probably have shown'
            ),
            ('win_rate_drop', null, null),
            -- muted
            ('win_rate_drop', 2, null),
            ('low_fit_pipeline', 2, null)
    ),

    compared as (
        select expected, {{ as_evidence("verdict", "q", "tests", "segment") }} as actual
        from findings
        union all
        select expected, {{ verdict_in_words("verdict") }}
        from verdicts
        union all
        select expected, {{ detectable_in_words("rule", "effect") }}
        from effects
        union all
        select 'no words for the rule ' || rule, null
        from
            (
                values
                    {%- for rule in alert_rules() %}
                        ('{{ rule }}'){{ "," if not loop.last }}
                    {%- endfor %}
            ) as rules(rule)
        where {{ detectable_in_words("rule", "cast(1 as " ~ type_double() ~ ")") }} is null
    )

select expected, actual
from compared
where actual is distinct from expected

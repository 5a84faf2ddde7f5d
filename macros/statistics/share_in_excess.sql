{#
    The z score of a count: of all_found among all_deals, how surprising is it that so many are among the
    deals of one segment? The arcsine of Anscombe (1948), which needs no large counts, with a correction
    for continuity; above 0 where there are more than its share. NULL where nothing is found or there is
    nothing else to compare with.
#}
{% macro share_in_excess_z(found, deals, all_found, all_deals) -%}
    case
        when {{ all_found }} > 0 and {{ deals }} < {{ all_deals }}
        then 2 * sqrt({{ all_found }}) * (
            asin(sqrt(greatest({{ found }} - 0.5e0, 0) / {{ all_found }}))
            - asin(sqrt(cast({{ deals }} as {{ sales_insights.type_double() }}) / {{ all_deals }}))
        )
    end
{%- endmacro %}


{#
    The fewest that would stand out, four times in five, where so many are expected: the test must see
    them (the square root of a count has a standard deviation of 1/2), and they must reach the threshold.
#}
{% macro detectable_count(expected, threshold) -%}
    {%- set seen = 'sqrt(' ~ expected ~ ') + ' ~ sales_insights.z_95_one_sided() ~ ' / 2' -%}
    case when {{ expected }} is not null then power(greatest({{ seen }}, sqrt({{ threshold }})) + {{ sales_insights.z_80() }} / 2, 2) end
{%- endmacro %}

{#
    What a segment is called in a sentence: `FinTech / Europe`, or `all deals` where no dimension
    is set. Long values are cut: a sentence must stay readable whatever the CRM holds.
#}
{% macro segment_label(dimensions) -%}
    coalesce(
        nullif(
            concat_ws(
                ' / '
    {%- for dimension in dimensions %},
                {{ sales_insights.shortened(dimension) }}
    {%- endfor %}
            ),
            ''
        ),
        'all deals'
    )
{%- endmacro %}


{# Text cut to at most 40 characters. #}
{% macro shortened(text) -%}
    case when length({{ text }}) > 40 then substr({{ text }}, 1, 39) || '…' else {{ text }} end
{%- endmacro %}

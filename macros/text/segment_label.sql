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
                    case when length({{ dimension }}) > 40 then substr({{ dimension }}, 1, 39) || '…' else {{ dimension }} end
    {%- endfor %}
                ),
                ''
            ),
            'all deals'
        )
{%- endmacro %}

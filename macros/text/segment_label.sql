{#
    What a segment is called in a sentence: `FinTech / Europe`, or `all deals` where no dimension
    is set; named, `industry FinTech / region Europe`, where it may be any dimension. Long values are
    cut: a sentence must stay readable whatever the CRM holds.
#}
{% macro segment_label(dimensions, named=false) -%}
    coalesce(
        nullif(
            concat_ws(
                ' / '
    {%- for dimension in dimensions %},
                {{ "'" ~ dimension | replace('_id', '') | replace('_', ' ') ~ " ' || " if named }}{{ sales_insights.shortened(dimension) }}
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

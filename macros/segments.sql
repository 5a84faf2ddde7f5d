{# The dimensions a deal can be grouped by, in the order in which they are shown. #}
{% macro dimensions() %}
    {% do return([
        'industry',
        'region',
        'lead_source',
        'deal_stage',
        'product_type',
        'sales_rep_id',
        'deal_size_band',
    ]) %}
{% endmacro %}


{#
    The grains at which outcomes are counted, each a list of dimensions: overall, every single
    dimension, every pair of the driver dimensions, the driver triple, and the triple by stage.
#}
{% macro segment_grains() %}
    {% set grains = [[]] %}
    {% for dimension in sales_insights.dimensions() %}
        {% do grains.append([dimension]) %}
    {% endfor %}
    {% do grains.extend([
        ['industry', 'region'],
        ['industry', 'lead_source'],
        ['region', 'lead_source'],
        ['industry', 'region', 'lead_source'],
        ['industry', 'region', 'lead_source', 'deal_stage'],
    ]) %}
    {% do return(grains) %}
{% endmacro %}


{# The dimensions in two sets, so that each grain lies within one of them. #}
{% macro dimension_sets() %}
    {% set dimensions = sales_insights.dimensions() %}
    {% do return([dimensions[:4], dimensions[4:]] | select | list) %}
{% endmacro %}


{# The number of the set of dimensions that a row is counted by, where rows are grouped by these sets. #}
{% macro dimension_set() -%}
    case {% for dimensions in sales_insights.dimension_sets() -%}
    when grouping({{ dimensions[0] }}) = 0 then {{ loop.index }} {% endfor -%}
    end
{%- endmacro %}


{# The grains within a set of dimensions; the overall one lies in the first set alone. #}
{% macro grains_within(dimensions) %}
    {% set within = [] %}
    {% for grain in sales_insights.segment_grains() if grain or 'industry' in dimensions %}
        {% if grain | reject('in', dimensions) | list | length == 0 %}
            {% do within.append(grain) %}
        {% endif %}
    {% endfor %}
    {% do return(within) %}
{% endmacro %}


{# The dimensions, as NULL where they are not among those given. #}
{% macro dimensions_or_null(dimensions) -%}
    {%- for dimension in sales_insights.dimensions() -%}
        {{ dimension if dimension in dimensions else 'cast(null as ' ~ dbt.type_string() ~ ') as ' ~ dimension }}
        {{- ',\n        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{# The names of the grains as a SELECT of one column, for tests that ask whether each is there. #}
{% macro promised_grains() -%}
    {%- for grain in sales_insights.segment_grains() %}
        select '{{ grain | join('_') or 'overall' }}' as grain
        {{- '\n        union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# The grains as the sets of a `grouping sets (...)`: all, or those within a set of dimensions. #}
{% macro segment_grouping_sets(dimensions=none) -%}
    {%- for grain in sales_insights.grains_within(dimensions or sales_insights.dimensions()) %}
        ({{ grain | join(', ') }}){{ ',' if not loop.last }}
    {%- endfor %}
    {%- raw %}
    {% endraw -%}
{%- endmacro %}


{# How many dimensions an alert fixes: one that fixes fewer is wider. #}
{% macro fixed_dimensions(alerts) -%}
    {%- for dimension in ['industry', 'region', 'lead_source', 'deal_stage'] -%}
    cast({{ alerts }}.{{ dimension }} is not null as integer){{ ' + ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# The name of the grain of a row made by the grouping sets: its dimensions joined by `_`. #}
{% macro segment_grain(dimensions=none) -%}
    coalesce(
        nullif(
            concat_ws(
                '_'
    {%- for dimension in dimensions or sales_insights.dimensions() %},
                case when grouping({{ dimension }}) = 0 then '{{ dimension }}' end
    {%- endfor %}
            ),
            ''
        ),
        'overall'
    )
{%- endmacro %}


{# A condition: two rows are of the same segment, NULL (all values) equal to NULL. #}
{% macro same_segment(left, right, dimensions) -%}
    {{ return(adapter.dispatch('same_segment', 'sales_insights')(left, right, dimensions)) }}
{%- endmacro %}

{% macro default__same_segment(left, right, dimensions) -%}
    {%- for dimension in dimensions -%}
        {{ left }}.{{ dimension }} is not distinct from {{ right }}.{{ dimension }}
        {%- if not loop.last %}
            and {% endif -%}
    {%- endfor %}
{%- endmacro %}

{#
    Postgres joins by a hash only what it compares by `=`, and otherwise each row with each. Within
    arrays NULL is equal to NULL; and one comparison is not taken for as rare as four.
#}
{% macro postgres__same_segment(left, right, dimensions) -%}
    {%- for row in [left, right] -%}
        cast(array[
        {%- for dimension in dimensions %}{{ row }}.{{ dimension }}{{ ', ' if not loop.last }}{% endfor -%}
        ] as text[]){{ ' = ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# The name of the grain at which the pace of deals is measured. #}
{% macro pace_grain() -%}
    case
        when grouping(deal_stage) = 0 then 'industry_region_deal_stage'
        when grouping(industry) = 0 then 'industry_region'
        else 'overall'
    end
{%- endmacro %}

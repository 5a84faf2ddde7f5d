{#
    The q-values of a family of tests (Benjamini and Hochberg, 1995) in two steps, since a window
    cannot look into a window: q_step in one CTE, q_value over it in the next. The family is every
    test with a p-value, so filter on results only afterwards. Equal p-values share the last place.
#}
{% macro q_step(p, family) -%}
    {{ p }} * count({{ p }}) over (partition by {{ family }})
        / count({{ p }}) over (partition by {{ family }} order by {{ p }} nulls last)
{%- endmacro %}

{% macro q_value(p, q_step, family) -%}
    case when {{ p }} is not null then least(1, min({{ q_step }}) over (partition by {{ family }} order by {{ p }} desc nulls first)) end
{%- endmacro %}


{# Whether a verdict says that luck alone would hardly give it, proven or not. #}
{% macro is_more_than_luck(verdict) -%}
    {{ verdict }} in ('proven', 'suggestive')
{%- endmacro %}


{# What the tests say: `proven`, `suggestive`, `noise`, or `too_few` deals to say anything. #}
{% macro verdict(p, q) -%}
    case
        when {{ p }} is null then 'too_few'
        when {{ q }} <= {{ sales_insights.threshold('proven_q_value') }} then 'proven'
        when {{ p }} <= {{ sales_insights.threshold('suggestive_p_value') }} then 'suggestive'
        else 'noise'
    end
{%- endmacro %}

{# The size band of an amount; `Unknown` where there is none. #}
{% macro deal_size_band(amount) -%}
    {{ return(adapter.dispatch('deal_size_band', 'sales_insights')(amount)) }}
{%- endmacro %}

{% macro default__deal_size_band(amount) -%}
    case
        when {{ amount }} is null then 'Unknown'
        when {{ amount }} < {{ sales_insights.threshold('mid_deal_amount') }} then 'small'
        when {{ amount }} < {{ sales_insights.threshold('upper_mid_deal_amount') }} then 'mid'
        when {{ amount }} < {{ sales_insights.threshold('enterprise_deal_amount') }} then 'upper_mid'
        else 'enterprise'
    end
{%- endmacro %}

{# Text as people mean it: no outer, doubled or invisible spaces, no control characters, NULL when empty. #}
{% macro clean_text(text) -%}
    {{ return(adapter.dispatch('clean_text', 'sales_insights')(text)) }}
{%- endmacro %}

{% macro duckdb__clean_text(text) -%}
    {#- Zero-width letters vanish; whatever else takes up room, or steers a terminal, is a space. -#}
    {%- set visible = "regexp_replace(" ~ text ~ ", '[\\x{200B}\\x{2060}\\x{FEFF}]', '', 'g')" -%}
    {#- Nearly all text is plain words already, which is seen ten times as fast as it is cleaned. -#}
    case
        when regexp_matches({{ text }}, '^[!-~]+( [!-~]+)*$') then {{ text }}
        else nullif(trim(regexp_replace({{ visible }}, '[\s\p{Z}\p{Cc}]+', ' ', 'g')), '')
    end
{%- endmacro %}

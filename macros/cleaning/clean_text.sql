{# Text as people mean it: no outer, doubled or invisible spaces, no control characters, NULL when empty. #}
{% macro clean_text(text) -%}
    {{ return(adapter.dispatch('clean_text', 'sales_insights')(text)) }}
{%- endmacro %}

{% macro duckdb__clean_text(text) -%}
    {#- Zero-width letters vanish; whatever else takes up room, or steers a terminal, is a space. -#}
    {%- set visible = "regexp_replace(" ~ text ~ ", '[\\x{200B}\\x{2060}\\x{FEFF}]', '', 'g')" -%}
    {#- Nearly all text is plain words already, which is seen in a fraction of the time that cleaning takes. -#}
    case
        when regexp_matches({{ text }}, '^[!-~]+( [!-~]+)*$') then {{ text }}
        else nullif(trim(regexp_replace({{ visible }}, '[\s\p{Z}\p{Cc}]+', ' ', 'g')), '')
    end
{%- endmacro %}

{# Written out, since Postgres has no classes of letters: what RE2 calls space, Z or Cc. #}
{% macro postgres__clean_text(text) -%}
    {%- set visible = "regexp_replace(" ~ text ~ ", '[\\u200B\\u2060\\uFEFF]', '', 'g')" -%}
    {%- set spaces = '\\u0001-\\u0020\\u007F-\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000' -%}
    nullif(trim(regexp_replace({{ visible }}, '[{{ spaces }}]+', ' ', 'g')), '')
{%- endmacro %}

{# In raw literals, since in others Spark reads a backslash as an escape of its own. #}
{% macro spark__clean_text(text) -%}
    {%- set visible = "regexp_replace(" ~ text ~ ", r'[\\x{200B}\\x{2060}\\x{FEFF}]', '')" -%}
    nullif(trim(regexp_replace({{ visible }}, r'[\s\p{Z}\p{Cc}]+', ' ')), '')
{%- endmacro %}

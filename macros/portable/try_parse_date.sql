{# A date from text in a spelling given in strftime letters, NULL where it does not fit. #}
{% macro try_parse_date(text, date_format) -%}
    {{ return(adapter.dispatch('try_parse_date', 'sales_insights')(text, date_format)) }}
{%- endmacro %}

{% macro duckdb__try_parse_date(text, date_format) -%}
    cast(try_strptime({{ text }}, {{ dbt.string_literal(dbt.escape_single_quotes(date_format)) }}) as date)
{%- endmacro %}

{#
    Engines spell forms of dates each in its own way and read them with more or less leniency, so
    the form becomes a regular expression, and what it found of the date is put into ISO form.
#}
{% macro default__try_parse_date(text, date_format) -%}
    {%- set form = sales_insights.date_pattern(date_format) -%}
    {%- set found = {} -%}
    {%- for letter, group in form.groups.items() -%}
        {%- do found.update({letter: sales_insights.matched_group(text, form.pattern, group)}) -%}
    {%- endfor -%}
    {%- set year = found.get('Y') or "case when " ~ found.get('y') ~ " < '69' then '20' else '19' end || " ~ found.get('y') -%}
    {%- set day = "lpad(" ~ found['d'] ~ ", 2, '0')" if 'd' in found else "'01'" -%}
    {%- if 'm' in found -%}
        {%- set month = "lpad(" ~ found['m'] ~ ", 2, '0')" -%}
    {%- else -%}
        {%- set name = "lower(substr(" ~ found['b'] ~ ", 1, 3))" -%}
        {%- set month = "lpad(cast((position(" ~ name ~ " in 'janfebmaraprmayjunjulaugsepoctnovdec') + 2) / 3 as " ~ dbt.type_string() ~ "), 2, '0')" -%}
    {%- endif -%}
    case
            when {{ sales_insights.matches(text, form.pattern) }}
            then {{ sales_insights.try_cast(year ~ " || '-' || " ~ month ~ " || '-' || " ~ day, 'date') }}
        end
{%- endmacro %}


{#
    A form in strftime letters as a regular expression without backslashes, and which of its groups
    is the year (Y, or y of two digits), the month (m, or b by name) and the day (d).
#}
{% macro date_pattern(date_format) %}
    {% set months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'] %}
    {% set short = months | map('truncate', 3, true, '', 0) | join('|') %}
    {% set days = 'monday|tuesday|wednesday|thursday|friday|saturday|sunday' %}
    {% set patterns = {
        'Y': '([1-9][0-9]{3})',
        'y': '([0-9]{2})',
        'm': '(1[0-2]|0?[1-9])',
        'b': '(' ~ short ~ ')',
        'B': '(' ~ months | join('|') ~ ')',
        'd': '(3[01]|[12][0-9]|0?[1-9])',
        'H': '(?:2[0-3]|[01]?[0-9])',
        'I': '(?:1[0-2]|0?[1-9])',
        'M': '[0-5]?[0-9]',
        'S': '[0-5]?[0-9]',
        'f': '[0-9]{1,9}',
        'p': '(?:am|pm)',
        'a': '(?:mon|tue|wed|thu|fri|sat|sun)',
        'A': '(?:' ~ days ~ ')',
        '%': '%',
    } %}
    {% set pieces = [] %}
    {% set groups = {} %}
    {% for piece in modules.re.findall('%-?.|[^%]', date_format) %}
        {% set letter = piece[-1] %}
        {% if piece | length > 1 and letter not in patterns %}
            {% do exceptions.raise_compiler_error(
                "var date_format is '" ~ date_format ~ "'; " ~ target.type ~ " does not read " ~ piece
                ~ ', but ' ~ patterns | map('replace', '', '%', 1) | join(' ')
            ) %}
        {% elif piece | length > 1 %}
            {% do pieces.append(patterns[letter]) %}
            {% if patterns[letter].startswith('(') and not patterns[letter].startswith('(?') %}
                {% do groups.update({'b' if letter == 'B' else letter: groups | length + 1}) %}
            {% endif %}
        {% else %}
            {% do pieces.append(piece if piece.isalnum() or piece == ' ' else '[' ~ piece ~ ']') %}
        {% endif %}
    {% endfor %}
    {% if not (groups.keys() | select('in', ['Y', 'y']) | list and groups.keys() | select('in', ['m', 'b']) | list) %}
        {% do exceptions.raise_compiler_error(
            "var date_format is '" ~ date_format ~ "'; it names no year (%Y, %y) or no month (%m, %b, %B)"
        ) %}
    {% endif %}
    {% do return({'pattern': '(?i)^' ~ pieces | join ~ '$', 'groups': groups}) %}
{% endmacro %}

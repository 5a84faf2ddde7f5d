{# Text from the input as a terminal may show it: no control letters, none that turn the reading direction, not endless. #}
{% macro inert(text, length=60) %}
    {% set pattern = '[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]' %}
    {% do return(modules.re.sub(pattern, '?', text | string)[:length]) %}
{% endmacro %}

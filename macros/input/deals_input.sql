{#
    The rows of the input, every column as text, as one SELECT. Where they come from:
    the var deals_file, else the var deals_relation, else the bundled seed.
    Stops the run when a column that the project needs is missing.
#}
{% macro deals_input() %}
    {% if var('deals_file', none) and var('deals_relation', none) %}
        {% do exceptions.raise_compiler_error('set var deals_file or var deals_relation, not both') %}
    {% elif var('deals_file', none) %}
        {{ return(sales_insights.select_deals_file(var('deals_file'))) }}
    {% elif var('deals_relation', none) %}
        {% set relation = sales_insights.named_relation(var('deals_relation')) %}
        {{ return(sales_insights.select_deals_relation(relation)) }}
    {% else %}
        {{ return(sales_insights.select_deals_relation(ref('skygeni_sales_data'))) }}
    {% endif %}
{% endmacro %}


{#
    The table that the var deals_relation names: crm.opportunities as it is, ref('opportunities') as
    a model, seed or snapshot that dbt builds before. A name alone is one of the project that runs
    dbt, whatever this package calls its own.
#}
{% macro named_relation(name) %}
    {% set reference = modules.re.match('ref[(](.+)[)]$', name) %}
    {% if not reference %}
        {% do return(name) %}
    {% endif %}
    {% set names = modules.re.findall('[^ ,"\']+', reference[1]) %}
    {% do return(ref(names[0], names[1]) if names[1:] else ref(project_name, names[0])) %}
{% endmacro %}


{# What the deals are read from, as a SQL text. #}
{% macro input_name() -%}
    {%- set name = var('deals_file', none) or var('deals_relation', none) or 'seeds/skygeni_sales_data.csv' -%}
    {{ dbt.string_literal(dbt.escape_single_quotes(name)) }}
{%- endmacro %}


{# The columns of the input, in the order in which the project shows them. #}
{% macro input_columns() %}
    {% do return([
        'deal_id',
        'created_date',
        'closed_date',
        'sales_rep_id',
        'industry',
        'region',
        'product_type',
        'lead_source',
        'deal_stage',
        'deal_amount',
        'sales_cycle_days',
        'outcome',
    ]) %}
{% endmacro %}


{% macro check_input_columns(found, input_name) %}
    {% set found = found | map('lower') | list %}
    {% for column in sales_insights.input_columns() if found.count(column) > 1 %}
        {% do exceptions.raise_compiler_error(input_name ~ ' has the column ' ~ column ~ ' twice') %}
    {% endfor %}
    {% set missing = sales_insights.input_columns() | reject('in', found) | list %}
    {% if missing %}
        {% do exceptions.raise_compiler_error(
            input_name ~ ' lacks the column' ~ ('s ' if missing | length > 1 else ' ')
            ~ missing | join(', ') ~ '. Columns found: ' ~ sales_insights.inert(found | join(', ') or 'none', 2000)
            ~ '. Rename them in the input, or add the missing ones (they may be empty).'
        ) %}
    {% endif %}
{% endmacro %}


{% macro select_deals_relation(relation) %}
    {% set columns = [] %}
    {# `dbt compile` and `dbt docs generate` also run before the first build, without a seed. #}
    {% set is_unbuilt = relation is not string and load_relation(relation) is none %}
    {% if execute and not is_unbuilt %}
        {% set columns = adapter.get_column_schema_from_query('select * from ' ~ relation) %}
        {% do sales_insights.check_input_columns(columns | map(attribute='name') | list, relation) %}
    {% endif %}
    {% do return(sales_insights.select_as_text(relation, columns)) %}
{% endmacro %}


{#
    Every needed column of a relation as text. An amount that is a number already and not a whole one
    is given six decimals on the way, so that 1.234 cannot be mistaken for a thousand and something.
#}
{% macro select_as_text(relation, columns) %}
    {% set types = {} %}
    {% for column in columns %}
        {% do types.update({column.name | lower: column.dtype | lower}) %}
    {% endfor %}
    {% set is_number = modules.re.match('decimal|numeric|double|float|real', types.get('deal_amount', '')) %}
    {% set select %}
    select
    {%- for column in sales_insights.input_columns() %}
        {%- set text = sales_insights.as_text(column) %}
        {%- if column == 'deal_amount' and is_number %}
        {%- set whole = sales_insights.try_cast('deal_amount', 'decimal(18, 0)') %}
        {%- set exact = sales_insights.try_cast('deal_amount', 'decimal(38, 6)') %}
        coalesce(
            case when deal_amount = floor(deal_amount) then {{ sales_insights.as_text(whole) }} end,
            {{ sales_insights.as_text(exact) }},
            {{ text }}
        ) as deal_amount
        {%- else %}
        {{ text }} as {{ column }}
        {%- endif %}
        {{- ',' if not loop.last }}
    {%- endfor %}
    from {{ relation }}
    {%- endset %}
    {% do return(select) %}
{% endmacro %}

{# The rows of the file or files that the var deals_file names, as one SELECT of text columns. #}
{% macro select_deals_file(path) %}
    {{ return(adapter.dispatch('select_deals_file', 'sales_insights')(path)) }}
{% endmacro %}


{% macro duckdb__select_deals_file(path) %}
    {% if not execute %}
        {% do return('select null') %}
    {% endif %}

    {% set files = run_query("select file from glob(" ~ dbt.string_literal(dbt.escape_single_quotes(path)) ~ ") order by file") %}
    {% if not files.rows %}
        {% do exceptions.raise_compiler_error(
            "deals_file '" ~ path ~ "' matches no file; give the path of a CSV or Parquet file"
        ) %}
    {% endif %}

    {% set selects = [] %}
    {% for file in files.columns[0].values() %}
        {% if modules.re.search('[.](parquet|parq|pq)$', file | lower) %}
            {% do selects.append(sales_insights.select_parquet_file(file)) %}
        {% else %}
            {% do selects.append(sales_insights.select_csv_file(file)) %}
        {% endif %}
    {% endfor %}
    {% do return(selects | join('\n\n    union all\n')) %}
{% endmacro %}


{% macro postgres__select_deals_file(path) %}
    {% if execute %}
        {% do exceptions.raise_compiler_error(
            "deals_file cannot be read by Postgres; load '" ~ path ~ "' into a table, with psql's "
            ~ '\\copy for one, and name that: deals_relation: schema.table'
        ) %}
    {% endif %}
    {% do return('select null') %}
{% endmacro %}


{% macro spark__select_deals_file(path) %}
    {% if not execute %}
        {% do return('select null') %}
    {% endif %}
    {% if modules.re.search('[.](csv|tsv|txt)([.]gz)?$', path | lower) %}
        {% do exceptions.raise_compiler_error(
            "deals_file '" ~ path ~ "' is no Parquet; Spark reads a Parquet file, a folder of them or a pattern,"
            ~ ' or a table: deals_relation: schema.table'
        ) %}
    {% endif %}
    {% do return(sales_insights.select_parquet_from('parquet.`' ~ path ~ '`', path)) %}
{% endmacro %}


{% macro select_parquet_file(file) %}
    {% set reader = "read_parquet(" ~ dbt.string_literal(dbt.escape_single_quotes(file)) ~ ")" %}
    {% do return(sales_insights.select_parquet_from(reader, file)) %}
{% endmacro %}


{% macro select_parquet_from(reader, file) %}
    {% set columns = adapter.get_column_schema_from_query('select * from ' ~ reader) %}
    {% do sales_insights.check_input_columns(columns | map(attribute='name') | list, file) %}
    {% do return(sales_insights.select_as_text(reader, columns)) %}
{% endmacro %}


{#
    The header line alone decides the delimiter and the columns. DuckDB's own guess is not used:
    one ragged row or a stray quote would change it for the whole file and lose rows silently.
    A row with too few or too many fields stops the run with its line number.
#}
{% macro select_csv_file(file) %}
    {% set path = dbt.string_literal(dbt.escape_single_quotes(file)) %}
    {# Not strict: further down a quoted cell may hold a line break of another kind than the file's. #}
    {% set header = run_query(
        "select line from read_csv(" ~ path ~ ", auto_detect = false, header = false, delim = '\x01',"
        ~ " quote = '', escape = '', strict_mode = false, columns = {'line': 'varchar'}) limit 1"
    ) %}
    {% set line = header.rows[0][0] if header.rows %}
    {% if not line %}
        {% do exceptions.raise_compiler_error(file ~ ' has no header: its first line is empty') %}
    {% endif %}

    {# The delimiter is the candidate that the header holds most often outside of quotes. #}
    {% set unquoted = modules.re.sub('"[^"]*"', '', line) %}
    {% set best = namespace(delimiter=',', times=0) %}
    {% for candidate in [',', ';', '\t', '|'] if unquoted.count(candidate) > best.times %}
        {% set best.delimiter = candidate %}
        {% set best.times = unquoted.count(candidate) %}
    {% endfor %}

    {% set cell = '(?:^|[' ~ best.delimiter ~ '])("[^"]*"|[^' ~ best.delimiter ~ ']*)' %}
    {% set found = [] %}
    {% for text in modules.re.findall(cell, line) %}
        {% do found.append(text | replace('"', '') | trim | lower) %}
    {% endfor %}
    {% do sales_insights.check_input_columns(found, file) %}

    {# Columns that nothing reads get names that cannot clash. #}
    {% set names = [] %}
    {% for name in found %}
        {% do names.append(name if name in sales_insights.input_columns() else 'unread_' ~ loop.index) %}
    {% endfor %}

    {% set columns = [] %}
    {% for name in names %}
        {% do columns.append("'" ~ name ~ "': 'varchar'") %}
    {% endfor %}
    {% set reader %}read_csv(
        {{ path }},
        auto_detect = false,
        header = true,
        delim = '{{ best.delimiter }}',
        quote = '"',
        escape = '"',
        columns = { {{ columns | join(', ') }} }
    )
    {%- endset %}
    {% do return(sales_insights.select_as_text(reader, [])) %}
{% endmacro %}

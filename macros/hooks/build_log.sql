{#
    The warehouse itself says whether its tables are of one build that passed, wherever it ran: a
    row when a run starts, one when it ends. A killed run leaves the first without the second, and
    the notification refuses to speak.
#}
{% macro log_build_started() %}
    {% if execute and flags.WHICH in ['build', 'run', 'retry'] %}
        {% do sales_insights.log_build('started') %}
    {% endif %}
{% endmacro %}


{#
    passed: every model was built and every data test ran, and nothing failed. A run of a part, or
    without its tests, can only keep what was passed before, never make good what was not.
#}
{% macro log_build_ended(results) %}
    {% if execute and flags.WHICH in ['build', 'run', 'retry', 'test'] %}
        {% set broken = results | selectattr('status', 'in', ['error', 'fail', 'skipped', 'runtime error']) | list %}
        {% set before = sales_insights.status_before_this_run() %}
        {% if broken %}
            {% do sales_insights.log_build('failed') %}
        {% elif sales_insights.is_whole(results) or before == 'passed' %}
            {% do sales_insights.log_build('passed') %}
        {% else %}
            {% do sales_insights.log_build('failed' if before == 'failed' else 'incomplete') %}
        {% endif %}
    {% endif %}
{% endmacro %}


{# Whether a run built every model of this project and ran every data test of it. #}
{% macro is_whole(results) %}
    {% set done = results | map(attribute='node.unique_id') | list %}
    {% set promised = graph.nodes.values()
        | selectattr('package_name', 'equalto', 'sales_insights')
        | selectattr('resource_type', 'in', ['model', 'test'])
        | map(attribute='unique_id') | list %}
    {% do return(promised | reject('in', done) | list | length == 0) %}
{% endmacro %}


{# The last status of another run: passed, failed, incomplete or (killed) started; none at first. #}
{% macro status_before_this_run() %}
    {% if not load_relation(sales_insights.build_log()) %}
        {% do return(none) %}
    {% endif %}
    {% set before = run_query(
        'select status from ' ~ sales_insights.build_log() ~ " where invocation_id <> '" ~ invocation_id
        ~ "' order by recorded_at desc limit 1"
    ) %}
    {% do return(before.rows[0][0] if before.rows) %}
{% endmacro %}


{% macro log_build(status) %}
    {% do run_query(
        'create table if not exists ' ~ sales_insights.build_log()
        ~ ' (invocation_id ' ~ dbt.type_string() ~ ', status ' ~ dbt.type_string()
        ~ ', recorded_at ' ~ dbt.type_timestamp() ~ ')'
    ) %}
    {% do run_query(
        'insert into ' ~ sales_insights.build_log() ~ " values ('" ~ invocation_id ~ "', '" ~ status
        ~ "', cast('" ~ modules.datetime.datetime.now(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S.%f')
        ~ "' as " ~ dbt.type_timestamp() ~ '))'
    ) %}
{% endmacro %}


{% macro build_log() %}
    {% do return(api.Relation.create(database=target.database, schema=target.schema, identifier='build_log')) %}
{% endmacro %}

{#
    The warehouse itself says whether its last build ended well, wherever that build ran:
    one row when a build starts, one when it ends. A killed build leaves the first without
    the second, and the notification refuses to speak.
#}
{% macro log_build_started() %}
    {% if execute and flags.WHICH in ['build', 'run', 'retry'] %}
        {% do run_query(
            'create table if not exists ' ~ sales_insights.build_log()
            ~ ' (invocation_id ' ~ dbt.type_string() ~ ', status ' ~ dbt.type_string()
            ~ ', recorded_at ' ~ dbt.type_timestamp() ~ ')'
        ) %}
        {% do sales_insights.log_build('started') %}
    {% endif %}
{% endmacro %}


{# A part that was built on its own cannot make a whole that failed good again. #}
{% macro log_build_ended(results) %}
    {% if execute and flags.WHICH in ['build', 'run', 'retry'] %}
        {% set broken = results | selectattr('status', 'in', ['error', 'fail', 'skipped', 'runtime error']) | list %}
        {% set is_part = invocation_args_dict.get('select') or invocation_args_dict.get('exclude') %}
        {% set before = run_query(
            'select status from ' ~ sales_insights.build_log()
            ~ " where status <> 'started' order by recorded_at desc limit 1"
        ) %}
        {% if broken or (is_part and before.rows and before.rows[0][0] == 'failed') %}
            {% do sales_insights.log_build('failed') %}
        {% else %}
            {% do sales_insights.log_build('passed') %}
        {% endif %}
    {% endif %}
{% endmacro %}


{% macro log_build(status) %}
    {% do run_query(
        'insert into ' ~ sales_insights.build_log() ~ " values ('" ~ invocation_id ~ "', '" ~ status
        ~ "', cast('" ~ modules.datetime.datetime.now(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S.%f')
        ~ "' as " ~ dbt.type_timestamp() ~ '))'
    ) %}
{% endmacro %}


{% macro build_log() %}
    {% do return(api.Relation.create(database=target.database, schema=target.schema, identifier='build_log')) %}
{% endmacro %}

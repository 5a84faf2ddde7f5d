{#
    The warehouse itself says whether its tables are of one build that passed, wherever it ran: a
    row when a run starts, one when it ends. A killed run leaves the first without the second, and
    the notification refuses to speak. A run of nothing but models of a project that installed this
    one says nothing of these tables.
#}
{% macro log_build_started() %}
    {% if execute and flags.WHICH in ['build', 'run', 'retry'] and sales_insights.is_about_own() %}
        {% do sales_insights.log_build('started') %}
    {% endif %}
{% endmacro %}


{#
    passed: every model was built and every data test ran, and nothing failed. A run of a part, or
    without its tests, can only keep what was passed before with the same vars, never make good what
    was not: tables of two thresholds, or of two days, are not one build.
#}
{% macro log_build_ended(results) %}
    {% set is_judging = execute and flags.WHICH in ['build', 'run', 'retry', 'test'] %}
    {% if is_judging and sales_insights.is_about_own() %}
        {% set broken = sales_insights.own_results(results)
            | selectattr('status', 'in', ['error', 'fail', 'skipped', 'runtime error']) | list %}
        {% set before = sales_insights.status_before_this_run() %}
        {% if broken %}
            {% do sales_insights.log_build('failed') %}
        {% elif sales_insights.is_whole(results) or before == ['passed', sales_insights.vars_digest()] %}
            {% do sales_insights.log_build('passed') %}
        {% else %}
            {% do sales_insights.log_build('failed' if before[0] == 'failed' else 'incomplete') %}
        {% endif %}
    {% endif %}
{% endmacro %}


{# Whether a run is about anything of this project; of a retry dbt does not say, so it is. #}
{% macro is_about_own() %}
    {% set own = sales_insights.own_nodes() | map(attribute='unique_id') | list %}
    {% do return(not selected_resources or selected_resources | select('in', own) | list != []) %}
{% endmacro %}


{# The models, seeds and tests of this project, and what became of them in a run. #}
{% macro own_nodes() %}
    {% set nodes = graph.nodes.values() %}
    {% do return(nodes | selectattr('package_name', 'equalto', 'sales_insights') | list) %}
{% endmacro %}

{% macro own_results(results) %}
    {% do return(results | selectattr('node.package_name', 'equalto', 'sales_insights') | list) %}
{% endmacro %}


{# Whether a run built every model of this project and ran every data test of it. #}
{% macro is_whole(results) %}
    {% set done = results | map(attribute='node.unique_id') | list %}
    {% set promised = sales_insights.own_nodes()
        | selectattr('resource_type', 'in', ['model', 'test'])
        | map(attribute='unique_id') | list %}
    {% do return(promised | reject('in', done) | list | length == 0) %}
{% endmacro %}


{# The last status of another run (passed, failed, incomplete or, killed, started) and its vars; none at first. #}
{% macro status_before_this_run() %}
    {% if not load_relation(sales_insights.build_log()) %}
        {% do return([none, none]) %}
    {% endif %}
    {% set before = run_query(
        'select status, vars_digest from ' ~ sales_insights.build_log() ~ " where invocation_id <> '" ~ invocation_id
        ~ "' order by recorded_at desc limit 1"
    ) %}
    {% do return(before.rows[0].values() | list if before.rows else [none, none]) %}
{% endmacro %}


{% macro log_build(status) %}
    {% set log = sales_insights.build_log() %}
    {% do run_query(
        'create table if not exists ' ~ log
        ~ ' (invocation_id ' ~ dbt.type_string() ~ ', status ' ~ dbt.type_string()
        ~ ', recorded_at ' ~ dbt.type_timestamp() ~ ', vars_digest ' ~ dbt.type_string() ~ ')'
    ) %}
    {# A log of version 0.2 has no digests. #}
    {% if 'vars_digest' not in run_query('select * from ' ~ log ~ ' limit 0').column_names %}
        {% do run_query('alter table ' ~ log ~ ' add column vars_digest ' ~ dbt.type_string()) %}
    {% endif %}
    {% do run_query(
        'insert into ' ~ log ~ " values ('" ~ invocation_id ~ "', '" ~ status
        ~ "', cast('" ~ modules.datetime.datetime.now(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S.%f')
        ~ "' as " ~ dbt.type_timestamp() ~ "), '" ~ sales_insights.vars_digest() ~ "')"
    ) %}
{% endmacro %}


{# The vars in force as a digest, so that their values are in no log. #}
{% macro vars_digest() %}
    {% set values = {} %}
    {% for name in sales_insights.known_vars() %}
        {% do values.update({name: var(name, none)}) %}
    {% endfor %}
    {% do return(local_md5(tojson(values, sort_keys=true))) %}
{% endmacro %}


{# Beside the alerts, whichever schema they were given. #}
{% macro build_log() %}
    {% set alerts = graph.nodes.get('model.sales_insights.alerts', target) %}
    {% set place = {'database': alerts.database, 'schema': alerts.schema} %}
    {% do return(api.Relation.create(identifier='build_log', **place)) %}
{% endmacro %}

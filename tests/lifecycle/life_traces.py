"""What an addon can leave in a database: read by SQL, as the plain database has it and as it should not be."""

import re

_OURS = "like '%jobtrack%'"

# What is compared with a database that never had our addons: name -> query for one text per thing.
DEFINITIONS = {
    "tables": "select table_name from information_schema.tables where table_schema = 'public'",
    "columns": "select table_name || '.' || column_name from information_schema.columns "
    "where table_schema = 'public'",
    "constraints": "select conrelid::regclass || '.' || conname from pg_constraint "
    "where connamespace = 'public'::regnamespace",
    "indexes": "select indexname from pg_indexes where schemaname = 'public'",
    "triggers": "select tgrelid::regclass || '.' || tgname from pg_trigger where not tgisinternal",
    "functions": "select proname from pg_proc where pronamespace = 'public'::regnamespace",
    "models": "select model from ir_model",
    "fields": "select model || '.' || name from ir_model_fields",
    "relation notes": "select name from ir_model_relation",
    "views": "select coalesce(key, '') || ' ' || name || ' ' || type from ir_ui_view",
    "menus": "select name->>'en_US' from ir_ui_menu",
    "actions": "select type || ' ' || (name->>'en_US') from ir_actions",
    "scheduled": "select cron_name from ir_cron",
    "rules": "select name from ir_rule",
    "access": "select name from ir_model_access",
    "groups": "select name->>'en_US' from res_groups",
    "privileges": "select name->>'en_US' from res_groups_privilege",
    "categories": "select name->>'en_US' from ir_module_category where exists "
    "(select from res_groups_privilege where category_id = ir_module_category.id)",
    "mail templates": "select name->>'en_US' from mail_template",
    "parameters": "select key from ir_config_parameter",
    "sequences": "select code from ir_sequence where code is not null",
    "subtypes": "select name->>'en_US' from mail_message_subtype",
    "activity types": "select name->>'en_US' from mail_activity_type",
    "assets": "select path from ir_asset",
    "external ids": "select module || '.' || name from ir_model_data where module not in "
    "('account', 'base', '__export__')",
}

# Odoo notes in the name of its mixins' addons (mail.thread and so on) which models use them, and forgets to
# remove these notes with any addon; the next update of the mixin's addon does it.
_NOTES_OF_MIXINS = re.compile(r"^\w+\.(model_inherit|selection)__jobtrack_")

# When a field goes, Odoo also forgets the note of inherited fields of users that depend on it: here through the client
# of a job. The field itself works on; the next update of its own addon notes it again.
_FORGOTTEN_BY_ODOO = {
    "fields: res.users.task_ids",
    "external ids: project.field_res_users__task_ids",
}

# Where a record names a model by its technical name.
_MODEL_NAMES = (
    ("ir_ui_view", "model"), ("ir_act_window", "res_model"), ("ir_filters", "model_id"),
    ("ir_attachment", "res_model"), ("ir_model_data", "model"), ("mail_message", "model"),
    ("mail_followers", "res_model"), ("mail_activity", "res_model"), ("mail_template", "model"),
    ("mail_message_subtype", "res_model"), ("mail_activity_type", "res_model"),
    ("ir_exports", "resource"), ("ir_model_fields", "relation"), ("ir_model_fields", "model"),
)  # fmt: skip

_DANGLING = {
    "a menu without its action": "select m.id from ir_ui_menu m where m.action is not null and not "
    "exists (select from ir_actions a where a.id = split_part(m.action, ',', 2)::int)",
    "a scheduled action without its model": "select c.cron_name from ir_cron c join ir_act_server s "
    "on s.id = c.ir_actions_server_id left join ir_model m on m.id = s.model_id where m.id is null",
    "a rule with one of our fields": f"select name from ir_rule where domain_force {_OURS}",
    "a view with one of our fields": f"select key from ir_ui_view where arch_db::text {_OURS} "
    "and type != 'qweb'",
    "a page with one of our templates": f"select key from ir_ui_view where arch_db::text {_OURS}",
    "a template of mail with one of our fields": "select id from mail_template where "
    f"body_html::text {_OURS}",
    "a saved search with one of our fields": "select name from ir_filters where "
    f"concat(model_id, domain, context, sort) {_OURS}",
}


def definitions(life):
    """:return: name of a kind -> the texts of what there is of it."""
    return {name: {text for (text,) in life.sql(query)} for name, query in DEFINITIONS.items()}


def more_than(life, plain):
    """:return: what a database defines that the plain one does not, as lines."""
    before = definitions(plain)
    return [
        f"{kind}: {text}"
        for kind, texts in definitions(life).items()
        for text in sorted(texts - before[kind])
        if not _NOTES_OF_MIXINS.match(text)
    ]


def fewer_than(life, plain):
    """:return: what the plain database defines and this one has lost, as lines."""
    after = definitions(life)
    lost = [
        f"{kind}: {text}"
        for kind, texts in definitions(plain).items()
        for text in sorted(texts - after[kind])
    ]
    return [line for line in lost if line not in _FORGOTTEN_BY_ODOO]


def orphans(life):
    """:return: lines about records that point to what is gone, whatever addons are installed."""
    models = {model for (model,) in life.sql("select model from ir_model")}
    found = []
    for table, column in _MODEL_NAMES:
        named = life.sql(f'select distinct "{column}" from "{table}" where "{column}" <> \'\'')
        found += [f"{table}: {name}" for (name,) in named if name not in models]
    found += _lost_external_ids(life)
    return found


def dangling(life):
    """:return: lines about what stayed behind when none of our addons is installed."""
    return [
        f"{what}: {row[0]}" for what, query in _DANGLING.items() for row in life.sql(query) if row
    ]


def _lost_external_ids(life):
    """External ids whose record is gone."""
    tables = {name for (name,) in life.sql(DEFINITIONS["tables"])}
    found = []
    for (model,) in life.sql("select distinct model from ir_model_data"):
        table = {"ir.actions.act_window": "ir_act_window", "ir.actions.server": "ir_act_server"}
        name = table.get(model, model.replace(".", "_"))
        if name in tables:
            found += life.sql(
                f"select module || '.' || name from ir_model_data d where model = '{model}' "
                f'and not exists (select from "{name}" r where r.id = d.res_id)'
            )
    return [
        f"external id without record: {name}"
        for (name,) in found
        if not _NOTES_OF_MIXINS.match(name)
    ]

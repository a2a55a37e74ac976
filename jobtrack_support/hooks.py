from .models import ledger_trigger
from .models.jobtrack_billing_run_cron import WORKERS


def post_init_hook(env):
    """Give each company with a chart of accounts the books of the support ledger, and billing its workers."""
    for company in env["res.company"].search([("chart_template", "!=", False)]):
        company._jobtrack_ensure_books()
    env["jobtrack.billing.run"]._set_workers(WORKERS)


def uninstall_hook(env):
    """Leave nothing that points to what goes, and keep what orders and invoices stand on."""
    env = env(context=dict(env.context, active_test=False))
    ledger_trigger.remove(env.cr)
    _remove_favourites(env)
    _keep_what_was_sold(env)


def _remove_favourites(env):
    """Remove people's saved searches on our models and fields: opening one would be an error."""
    named = [
        env["ir.filters"]._search([(name, "like", "jobtrack")])
        for name in ("model_id", "domain", "context", "sort")
    ]
    env["ir.filters"].browse({filter_id for query in named for filter_id in query}).unlink()


def _keep_what_was_sold(env):
    """Archive plans and the unit of support hours where orders or invoices hold them: they cannot be deleted.

    They no longer count as the addon's data, so that Odoo does not try; a later installation brings new ones.
    """
    templates, units = _ours(env, "product.template"), _ours(env, "uom.uom")
    products = templates.product_variant_ids
    kept_products = products & _on_lines(env, "product_id", products)
    kept_templates = kept_products.product_tmpl_id
    others = env["product.template"].search(
        [("uom_id", "in", units.ids), ("id", "not in", (templates - kept_templates).ids)]
    )
    kept_units = units & (others.uom_id | _on_lines(env, "product_uom_id", units))
    for kept in (kept_templates, kept_units):
        kept.action_archive()
    for kept in (kept_templates, kept_products, kept_units):
        _own_data(env, kept._name).filtered(lambda row, kept=kept: row.res_id in kept.ids).unlink()


def _own_data(env, model):
    return env["ir.model.data"].search([("module", "=", "jobtrack_support"), ("model", "=", model)])


def _ours(env, model):
    return env[model].browse(_own_data(env, model).mapped("res_id")).exists()


def _on_lines(env, field_name, records):
    """Return those of the records that stand on an order or in the books."""
    found = records.browse()
    for model in ("sale.order.line", "account.move.line"):
        groups = env[model]._read_group([(field_name, "in", records.ids)], [field_name])
        found |= records.browse(record.id for (record,) in groups)
    return found

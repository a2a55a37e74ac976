from markupsafe import Markup, escape
from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date, format_datetime
from odoo.tools.safe_eval import safe_eval

SHOWN = 5


class JobtrackBoardTile(models.Model):
    """A tile of the "Today" board: what needs somebody now, how much of it, and the way to it.

    Tiles are data: a part of JobTrack that has something to show adds a record.
    """

    _name = "jobtrack.board.tile"
    _description = "Tile of the Today Board"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    hint = fields.Char(translate=True, help="What to do about it.")
    empty_text = fields.Char(translate=True, help="What is said when there is nothing.")
    icon = fields.Char(default="fa-list")
    is_urgent = fields.Boolean(help="Shown in red when there is something.")
    action_id = fields.Many2one(
        "ir.actions.act_window", required=True, ondelete="cascade", help="Opens the list."
    )
    domain = fields.Char(required=True, default="[]")
    order = fields.Char(help="The order of the first few that are shown.")
    name_field = fields.Char(help="The field that names a record; empty: its usual name.")
    detail_field = fields.Char(help="The field that is shown beside each name.")
    group_ids = fields.Many2many("res.groups", string="Shown to")
    count = fields.Integer(compute="_compute_content")
    preview = fields.Html(compute="_compute_content", sanitize=False)

    def _compute_content(self):
        """Count and name the records that the user may read; each tile asks the database twice."""
        for tile in self:
            tile.count, tile.preview = 0, False
            name = tile.sudo().action_id.res_model
            model = self.env[name] if name else None
            if model is None or not model.has_access("read"):
                continue
            domain = tile._domain()
            tile.count = model.search_count(domain)
            if tile.count:
                records = model.search(domain, limit=SHOWN, order=tile.order or None)
                tile.preview = Markup("").join(tile._preview_line(record) for record in records)

    def _domain(self):
        self.ensure_one()
        return safe_eval(self.domain, {"uid": self.env.uid})

    def _preview_line(self, record):
        """Return a link to the record with what matters about it."""
        name = self._words(record, self.name_field) if self.name_field else record.display_name
        words = self._words(record, self.detail_field) if self.detail_field else ""
        action = self.sudo().action_id
        has_form = "form" in action.view_mode.split(",")
        path = f"action-{action.id}/{record.id}" if has_form else f"action-{action.id}"
        return Markup(
            '<a class="d-flex justify-content-between gap-2 py-1 text-reset o_jobtrack_tile_line"'
            ' href="/odoo/%s"><span class="text-truncate">%s</span>'
            '<span class="text-muted text-nowrap">%s</span></a>'
        ) % (path, escape(name), escape(words))

    def _words(self, record, name):
        """Return the value of a field as people read it."""
        field, value = record._fields[name], record[name]
        if field.type == "datetime":
            return format_datetime(self.env, value, dt_format="short") if value else ""
        if field.type == "date":
            return format_date(self.env, value) if value else ""
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type in ("many2one", "many2many"):
            return ", ".join(value.mapped("display_name"))
        return str(value or "")

    def action_open(self):
        """Open the list behind the tile."""
        self.ensure_one()
        self.check_access("read")
        action = self.sudo().action_id
        if not self.env[action.res_model].has_access("read"):
            raise AccessError(self.env._("You may not see this list."))
        values = self.env["ir.actions.act_window"]._for_xml_id(action.get_external_id()[action.id])
        context = safe_eval(values.get("context") or "{}", {"uid": self.env.uid})
        kept = {
            key: value for key, value in context.items() if not key.startswith("search_default_")
        }
        return values | {"domain": self._domain(), "context": kept, "display_name": self.name}

from odoo import models
from odoo.tools import format_date, format_datetime, html2plaintext


class JobtrackJobFields(models.AbstractModel):
    """Fields that administrators add to a kind of job without programming (C8)."""

    _name = "jobtrack.job.fields"
    _description = "Job: Fields of Its Kind"

    def _jobtrack_client_fields(self):
        """Return what the client sees of these fields: list of ``label`` and ``value``, those marked on the kind only.

        The caller has checked that the reader may read the job.
        """
        self.ensure_one()
        job = self.sudo()
        shown = {
            label.strip().casefold()
            for label in (job.jobtrack_job_type_id.client_fields or "").split(",")
        }
        rows = []
        for field in job.read(["jobtrack_properties"])[0]["jobtrack_properties"] or []:
            label = (field.get("string") or "").strip()
            words = label.casefold() in shown and self._jobtrack_property_words(field)
            if words:
                rows.append({"label": label, "value": words})
        return rows

    def _jobtrack_property_words(self, field):
        """Return the value of a property as people write it, or nothing."""
        value, kind = field.get("value"), field["type"]
        if kind == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        # A figure of 0 was typed by somebody.
        if value is None or value is False or value in ("", []):
            return ""
        if kind == "selection":
            return dict(field.get("selection") or []).get(value, "")
        if kind == "tags":
            labels = {tag: label for tag, label, *_color in field.get("tags") or []}
            return ", ".join(labels.get(tag, "") for tag in value)
        if kind == "many2one":
            return value[1]
        if kind == "many2many":
            return ", ".join(name for _id, name in value)
        return self._jobtrack_plain_words(field)

    def _jobtrack_plain_words(self, field):
        """Return the words of a property that holds a text, a figure or a day."""
        value, kind = field["value"], field["type"]
        if kind == "html":
            return html2plaintext(value).strip()
        if kind == "monetary":
            job, name = self.sudo(), field.get("currency_field")
            currency = job[name] if name in job._fields else job.jobtrack_account_id.currency_id
            return currency.format(value)
        if kind == "date":
            return format_date(self.env, value)
        if kind == "datetime":
            return format_datetime(self.env, value)
        return str(value)

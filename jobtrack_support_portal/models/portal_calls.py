from zoneinfo import ZoneInfo, available_timezones

from odoo import models
from odoo.tools import format_date, format_datetime, groupby

from odoo.addons.jobtrack_support.tools import billing_calendar


class PortalCalls(models.AbstractModel):
    """Calls about a job in the client's words, in the reader's time zone (C10)."""

    _name = "jobtrack.portal.calls"
    _description = "Portal: Calls About a Job"

    def _jobtrack_portal_call_facts(self, contact):
        """Return the booked call, and whether ``contact`` may book one, for the page of the job."""
        tz = self._jobtrack_portal_tz()
        return {
            "calls": self._jobtrack_portal_calls(tz),
            "calls_tz": tz.replace("_", " "),
            "photos": [
                {"id": photo.id, "name": photo.name, "by": photo.author_id.name}
                for photo in self.sudo().jobtrack_photo_ids.filtered("is_for_client")
            ],
            "fields": self._jobtrack_client_fields(),
            "may_add_photos": self._jobtrack_may_call(contact.partner_id),
            "may_call": self._jobtrack_may_call(contact.partner_id)
            and self.sudo().jobtrack_state in ("requested", "estimated", "approved", "on_hold")
            and bool(self._jobtrack_call_people()),
        }

    def _jobtrack_portal_tz(self, browser=None):
        """Return by whose clock times are shown: the user's own, else the browser's, else the company's.

        :param str browser: what the browser says; nothing that is no time zone is believed
        """
        zones = available_timezones()
        for name in (self.env.user.tz, browser):
            if name in zones:
                return name
        return self.sudo().company_id.jobtrack_tz or "UTC"

    def _jobtrack_portal_calls(self, tz):
        """Return the calls on this job that are still to come."""
        return [
            {
                "id": call.id,
                "when": format_datetime(
                    self.env, call.start, tz=tz, dt_format="EEEE d MMMM y, HH:mm"
                ),
                "name": call.user_id.name,
                "minutes": round((call.stop - call.start).total_seconds() / 60),
                "is_fixed": self._jobtrack_call_is_fixed(call),
            }
            for call in self._jobtrack_booked_calls()
        ]

    def _jobtrack_portal_call_page(self, tz, call_id=None):
        """Return what the booking page shows: the free times by day, and the call that is being moved.

        :param str tz: the reader's time zone
        """
        self.ensure_one()
        calls = self._jobtrack_portal_calls(tz)
        moved = [call for call in calls if call["id"] == call_id and not call["is_fixed"]]
        free = self._jobtrack_call_slots(without=[call["id"] for call in moved])
        days = []
        by_day = groupby(free.items(), lambda item: billing_calendar.local_date(item[0][0], tz))
        for day, slots in by_day:
            days.append(
                {
                    "day": format_date(self.env, day, date_format="EEEE d MMMM"),
                    "slots": [self._jobtrack_portal_slot(slot, user, tz) for slot, user in slots],
                }
            )
        people = self._jobtrack_call_people()
        return {
            "calls": calls,
            "moved": moved[0] if moved else False,
            "days": days,
            "tz": tz.replace("_", " "),
            "people": ", ".join(people.sudo().mapped("name")),
            "several": len(people) > 1,
            "minutes": self.sudo().company_id.jobtrack_call_minutes,
            "cancel_hours": self.sudo().company_id.jobtrack_call_cancel_hours,
        }

    def _jobtrack_portal_slot(self, slot, user, tz):
        """Return one free time: its value for the form, and the clock time with the offset where that is needed.

        In the night when clocks go back the same time of day comes twice: the offset tells them apart.
        """
        start = slot[0].replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(tz))
        words = f"{start:%H:%M}"
        twin = start.replace(fold=1 - start.fold)
        if twin.utcoffset() != start.utcoffset():
            words = f"{start:%H:%M %Z}"
        return {"value": slot[0].strftime("%Y-%m-%d %H:%M:%S"), "words": words, "name": user.name}

"""The database's own guard of the ledger (M5): rows are added, and neither changed nor removed, whoever asks.

One change passes: a user who is deleted leaves an empty author behind, which the database writes by itself.
"""

from odoo.tools import SQL

_TABLE = SQL.identifier("jobtrack_ledger_entry")
_FUNCTION = SQL.identifier("jobtrack_ledger_entry_is_final")
_TRIGGERS = {
    SQL.identifier("jobtrack_ledger_entry_final"): SQL(
        "UPDATE OR DELETE ON %s FOR EACH ROW", _TABLE
    ),
    SQL.identifier("jobtrack_ledger_entry_not_emptied"): SQL("TRUNCATE ON %s", _TABLE),
}
_BODY = SQL(
    """
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF to_jsonb(NEW) - '{create_uid,write_uid}'::text[] = to_jsonb(OLD) - '{create_uid,write_uid}'::text[]
               AND coalesce(NEW.create_uid = OLD.create_uid, NEW.create_uid IS NULL)
               AND coalesce(NEW.write_uid = OLD.write_uid, NEW.write_uid IS NULL) THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'Ledger entries never change and are never deleted: write a correcting entry instead.'
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END
    """
)


def install(cr):
    """Make the triggers, in place of those that are there; all in the caller's transaction."""
    remove(cr)
    cr.execute(
        SQL("CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS $$%s$$", _FUNCTION, _BODY)
    )
    for name, event in _TRIGGERS.items():
        cr.execute(SQL("CREATE TRIGGER %s BEFORE %s EXECUTE FUNCTION %s()", name, event, _FUNCTION))


def remove(cr):
    """Take the triggers and their function away; does nothing when they, or the table, are not there."""
    for name in _TRIGGERS:
        cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", name, _TABLE))
    cr.execute(SQL("DROP FUNCTION IF EXISTS %s()", _FUNCTION))

"""What many records at once share: numbers in one query, and no message per record."""

from odoo.tools import SQL

# Statement and ledger are the history of what a run makes: no message and no follower for each record.
AT_ONCE = {"mail_create_nolog": True, "mail_create_nosubscribe": True}


def numbers(env, code, company, count):
    """Return the next ``count`` numbers of a sequence, in one query where the sequence may have gaps.

    A sequence without gaps, or one that begins anew each year, is asked for each number, as Odoo does.

    :param str code: of the ``ir.sequence``; the company's own goes before the one for all
    :param company: ``res.company`` record
    :rtype: list
    """
    if not count:
        return []
    sequence = (
        env["ir.sequence"]
        .sudo()
        .search(
            [("code", "=", code), ("company_id", "in", [company.id, False])],
            order="company_id",
            limit=1,
        )
    )
    if not sequence or sequence.implementation != "standard" or sequence.use_date_range:
        return [sequence.next_by_id() if sequence else False for _number in range(count)]
    name = f"ir_sequence_{sequence.id:03d}"
    rows = env.execute_query(SQL("SELECT nextval(%s) FROM generate_series(1, %s)", name, count))
    return [sequence.get_next_char(number) for (number,) in rows]

"""When deferred revenue ends: what clients still own, by the quarter in which it expires at the latest."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .billing_calendar import quarter_end

NEVER = None


@dataclass
class Bucket:
    """What expires in one quarter; ``end`` is its last day, or None for hours that never expire."""

    end: date | None
    minutes: int = 0
    value: Decimal = Decimal(0)
    pack_ids: list = field(default_factory=list)


def by_quarter(holdings, first_month=1):
    """Return a :class:`Bucket` for each quarter in which something expires, earliest first and never last.

    :param holdings: tuples of pack id, day of expiry (None: never), minutes and value left
    :param int first_month: month in which a quarter begins
    """
    buckets = {}
    for pack_id, expiry, minutes, value in holdings:
        end = quarter_end(expiry, first_month) if expiry else NEVER
        bucket = buckets.setdefault(end, Bucket(end))
        bucket.minutes += minutes
        bucket.value += value
        bucket.pack_ids.append(pack_id)
    return sorted(
        buckets.values(), key=lambda bucket: (bucket.end is NEVER, bucket.end or date.max)
    )

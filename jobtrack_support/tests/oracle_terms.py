"""How the oracle counts worked minutes under the terms that a client has consented to."""

from dataclasses import dataclass
from fractions import Fraction

from .oracle_pack import nearest


def up(minutes, step):
    """Return the next multiple of ``step``; without a step the minutes as they are."""
    return minutes if not step or not minutes % step else minutes + step - minutes % step


@dataclass(frozen=True)
class Terms:
    """The words of an estimate about its billing; minutes but for ``evening``."""

    fixed: bool = False
    step: int = 0
    per_entry: bool = False
    least: int = 0
    evening: Fraction = Fraction(1)

    def entry(self, minutes, evening=False):
        """Return what one entry counts: more after hours, then up to whole steps where these are per entry."""
        counted = nearest(minutes * self.evening) if evening else minutes
        return up(counted, self.step) if self.per_entry else counted

    def job(self, minutes):
        """Return what entries that count ``minutes`` together cost: at least the minimum, up to whole steps."""
        if not minutes:
            return 0
        minutes = max(minutes, self.least)
        return minutes if self.per_entry else up(minutes, self.step)

    def values(self, prefix=""):
        """Return the terms as the product's fields."""
        return {
            prefix + name: value
            for name, value in (
                ("basis", "fixed" if self.fixed else "actual"),
                ("increment_minutes", self.step),
                ("increment_per", "entry" if self.per_entry else "job"),
                ("minimum_minutes", self.least),
                ("after_hours_multiplier", float(self.evening)),
            )
        }


PLAIN = Terms()
ALL = (
    PLAIN,
    Terms(step=15),
    Terms(step=30, per_entry=True),
    Terms(least=45, step=6),
    Terms(evening=Fraction(3, 2)),
    Terms(fixed=True),
)

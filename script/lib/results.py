"""The outcome of each part of the tests, and the table at the end."""

from dataclasses import dataclass, field

from .console import say


@dataclass
class PartResult:
    """What one part of the tests came to."""

    name: str
    tests: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    problems: list = field(default_factory=list)  # texts to show at the end
    remarks: list = field(default_factory=list)
    once_more: object = (
        None  # what runs the broken tests again when nothing else runs, and returns the result
    )

    @property
    def passed(self):
        """A part that ran nothing proved nothing."""
        return self.tests > 0 and not self.failed and not self.problems


def show(results):
    """Print what went wrong and then the table.

    :return: the exit status: 0 when every part passed
    """
    for result in results:
        for problem in result.problems:
            say(f"\n--- {result.name} " + "-" * max(3, 90 - len(result.name)))
            say(problem)
    say()
    say(f"{'part':<12}{'tests':>7}{'failed':>8}{'skipped':>9}{'seconds':>9}  result")
    for result in results:
        verdict = (
            "passed" if result.passed else ("FAILED" if result.tests else "FAILED: no test ran")
        )
        remarks = f" ({'; '.join(result.remarks)})" if result.remarks else ""
        counts = f"{result.tests:>7}{result.failed:>8}{result.skipped:>9}{result.seconds:>9.1f}"
        say(f"{result.name:<12}{counts}  {verdict}{remarks}")
    return 0 if results and all(result.passed for result in results) else 1

"""Tests that broke on a busy machine are run again when nothing else runs, and only then judged."""

import sys
import threading
from types import SimpleNamespace

import pytest

from lib import test_command
from lib.results import PartResult

ROWS = ("shaky", "other")


@pytest.fixture
def order():
    """:return: what ran, in this order."""
    return []


@pytest.fixture
def run(monkeypatch, order):
    """:return: a function that runs two parts side by side, and one after them; the first ends as told."""
    other_may_end = threading.Event()

    def make(outcome):
        def shaky(_setting):
            order.append("shaky")
            other_may_end.set()

            def again():
                order.append("again")
                return outcome()

            return PartResult("shaky", 5, 1, problems=["slow"], once_more=again)

        def other(_setting):
            assert other_may_end.wait(60)
            order.append("other")
            return PartResult("other", 1)

        def last(_setting):
            order.append("last")
            return PartResult("last", 1)

        for part in (shaky, other, last):
            name = f"lib.part_{part.__name__}"
            monkeypatch.setitem(sys.modules, name, SimpleNamespace(run=part))
        monkeypatch.setattr(test_command, "_BESIDE", ROWS[:1])
        monkeypatch.setattr(test_command, "_AFTER", ("last",))
        setting = test_command.Setting(None, "", "", 0.0, plain=False)
        return test_command.run_parts([*ROWS, "last"], setting)

    return make


def test_the_second_try_waits_for_the_other_row_and_counts(run, order):
    shaky, *others = run(lambda: PartResult("shaky", 5, remarks=["passed at the second try"]))
    assert order == ["shaky", "other", "again", "last"]
    assert shaky.passed
    assert shaky.remarks == ["passed at the second try"]
    assert all(part.passed for part in others)


def test_what_breaks_twice_fails_its_part(run):
    shaky, *_others = run(lambda: PartResult("shaky", 5, 1, problems=["slow again"]))
    assert not shaky.passed
    assert shaky.problems == ["slow again"]


def test_a_second_try_that_falls_over_fails_its_part(run):
    shaky, *_others = run(lambda: 1 / 0)
    assert not shaky.passed
    assert "ZeroDivisionError" in shaky.problems[0]

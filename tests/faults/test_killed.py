"""A billing run over sixty accounts, killed at 25 random moments, five times together with PostgreSQL."""

import os
import random
import time

import pytest

KILLS = 25
CRASHES = 5
KILLS_AT_MOST_PER_RUN = 5


@pytest.fixture(scope="session")
def undisturbed(place):
    """:return: what a run comes to that nobody kills, and how many seconds it takes."""
    name = place.begin("undisturbed")
    server = place.server(name)
    begun = server.wait_for_billing()
    seconds = server.wait_for_end() - begun
    server.stop()
    figures = place.figures(name)
    place.forget(name)
    return figures, seconds


def test_an_undisturbed_run_is_sound(undisturbed):
    """The comparison below is worth something: sixty accounts, three kinds of payment, mail."""
    figures, _seconds = undisturbed
    assert figures["wrong"] == []
    assert figures["runs"] == ["done"]
    assert len(figures["statements"]) == 60
    assert sum(1 for one in figures["statements"] if one[4] == "sent") == 4
    assert {bool(one[2]) for one in figures["statements"]} == {True, False}


@pytest.mark.timeout(1500)
def test_a_run_that_is_killed_ends_as_if_never_killed(place, undisturbed):
    """Kill the server, sometimes PostgreSQL as well, and start again, until 25 kills have met an unfinished run."""
    expected, seconds = undisturbed
    number = int(os.environ.get("JOBTRACK_SEED") or random.randrange(2**32))
    chance = random.Random(number)
    # Spread over the whole length of the run, in any order.
    moments = [seconds * (index + chance.random()) / KILLS for index in range(KILLS)]
    chance.shuffle(moments)
    crashes = set(chance.sample(range(KILLS), CRASHES))
    say(f"JOBTRACK_SEED={number}, a run takes {seconds:.1f}s")
    kills = runs = 0
    while kills < KILLS:
        runs += 1
        name = place.begin(f"killed{runs}")
        for _attempt in range(KILLS_AT_MOST_PER_RUN):
            if kills == KILLS or place.is_over(name):
                break
            moment = moments[kills]
            say(f"run {runs}: killed after {moment:.2f}s{', with PostgreSQL' * (kills in crashes)}")
            _kill(place, name, moment, crash=kills in crashes)
            kills += 1
        server = place.server(name)
        server.wait_for_end()
        server.stop()
        figures = place.figures(name)
        assert figures["wrong"] == []
        assert figures == expected
        place.forget(name)
    assert runs <= KILLS


def say(text):
    """Print what is needed to repeat a failure; shown when there is one."""
    print(text, flush=True)  # noqa: T201


def _kill(place, name, moment, *, crash):
    server = place.server(name)
    begun = server.wait_for_billing()
    time.sleep(max(begun + moment - time.monotonic(), 0))
    server.kill()
    if crash:
        place.cluster.crash()

"""The script/test command: runs the parts and sums up."""

import argparse
import importlib
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from . import bootstrap, postgres, processes, results
from .console import note
from .errors import Failure
from .paths import TEST_OUTPUT

PARTS = ("lint", "unit", "scripts", "addons", "e2e", "lifecycle", "faults", "upstream")
# Two rows of parts that take about as long as each other, a processor each: these, and all the rest. Stories in
# browsers follow when both rows are done, because a page that is late looks like one that is broken.
_BESIDE = ("addons",)
_AFTER = ("e2e",)


@dataclass
class Setting:
    """What the parts of one run share."""

    cluster: object
    odoo: str
    filter: str
    started: float
    plain: bool
    stopping: bool = False


def main(arguments):
    """Run all parts, or those that are named."""
    options = _parse(arguments)
    started = time.monotonic()
    TEST_OUTPUT.mkdir(parents=True, exist_ok=True)
    odoo = bootstrap.ensure(develop=True)
    with postgres.cluster() as cluster:
        setting = Setting(cluster, odoo, options.filter, started, options.plain)
        return results.show(run_parts(options.parts or PARTS, setting))


def run_parts(names, setting):
    """Run the parts in two rows side by side, one after the other in each, and then what wants quiet.

    :return: their results in the order of the names
    """
    beside = [name for name in _BESIDE if name in names]
    after = [name for name in names if name in _AFTER]
    rest = [name for name in names if name not in (*_BESIDE, *_AFTER)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(_run_each, part, setting) for part in (beside, rest)]
        try:
            done = {name: result for future in futures for name, result in future.result()}
        except KeyboardInterrupt:
            setting.stopping = True
            processes.stop_all()
            raise
    done |= {name: _run_broken_again(result) for name, result in done.items()}
    done.update(_run_each(after, setting))
    return [done[name] for name in names]


def _run_each(names, setting):
    return [(name, run_part(name, setting)) for name in names if not setting.stopping]


def _run_broken_again(result):
    """Run what broke in a part once more, if the part allows it, now that nothing runs beside it."""
    if not result.once_more:
        return result
    note(f"{result.name}: {result.failed} tests once more, with nothing beside them")
    again = _timed(result.name, result.once_more)
    again.seconds += result.seconds
    return again


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="script/test", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="part", help=f"one of {', '.join(PARTS)}; all without one"
    )
    parser.add_argument(
        "--plain", action="store_true", help="with upstream: on Odoo without our addons"
    )
    parser.add_argument(
        "--filter", default="", help="what to run of a part; the same as what follows --"
    )
    if "--" in arguments:
        at = arguments.index("--")
        arguments = [*arguments[:at], "--filter", " ".join(arguments[at + 1 :])]
    options = parser.parse_args(arguments)
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        raise Failure(f"there is no part '{min(unknown)}': the parts are {', '.join(PARTS)}.")
    return options


def run_part(name, setting):
    """Run one part; whatever goes wrong in it becomes its result, so that the others still run.

    :rtype: results.PartResult
    """
    note(f"{name}: begins")
    return _timed(name, lambda: importlib.import_module(f"lib.part_{name}").run(setting))


def _timed(name, step):
    """:return: the result of a step; its failure is a result as well."""
    begun = time.monotonic()
    try:
        result = step()
    except Failure as failure:
        result = results.PartResult(name, failed=1, problems=[str(failure)])
    except Exception:  # noqa: BLE001 - the other parts must still run
        result = results.PartResult(name, failed=1, problems=[traceback.format_exc()])
    result.seconds = time.monotonic() - begun
    note(f"{name}: {result.tests} tests, {result.failed} failed, {result.seconds:.1f}s")
    return result

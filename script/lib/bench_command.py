"""The script/bench command: what our records cost, as ratios against Odoo's own in the same run."""

import ast
import json
import time

from . import bootstrap, databases, odoo_run, postgres, templates
from .console import note, say
from .errors import Failure
from .paths import ROOT, TEST_OUTPUT

_FOLDER = ROOT / "script" / "benchmarks"
_ON_REQUEST = _FOLDER / "on_request"  # take long: only when they are named
_SHARED = {"scenes"}
_MARK = "BENCHMARK "
# Each benchmark defines run(env), which returns rows of name, ours, the peer's, and what the peer
# is; both figures are pairs of seconds by the clock and of Odoo's process alone.
_PROGRAM = """\
import json, runpy, sys
sys.path.insert(0, {shared!r})
for row in runpy.run_path({path!r})["run"](env):
    print({mark!r} + json.dumps(row))
"""


def main(arguments):
    """Run the short benchmarks, or those that are named, each on a fresh copy of the template."""
    odoo = bootstrap.ensure()
    files = _chosen(arguments)
    with postgres.cluster() as cluster:
        template = templates.addons_template(cluster, odoo)
        for path in files:
            begin = time.monotonic()
            note(f"{path.stem}: {_title(path)}")
            with databases.run_copy(cluster, template, "bench") as database:
                _show(_run(cluster, database, path))
            note(f"{path.stem}: done in {time.monotonic() - begin:.0f}s")
    return 0


def _chosen(names):
    """:return: the files of the named benchmarks, of all short ones when none is named."""
    short = {path.stem: path for path in sorted(_FOLDER.glob("*.py")) if path.stem not in _SHARED}
    known = short | {path.stem: path for path in sorted(_ON_REQUEST.glob("*.py"))}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Failure(f"no benchmark {', '.join(unknown)}; there are: {', '.join(known)}.")
    return [known[name] for name in names] if names else list(short.values())


def _title(path):
    """:return: the first line of what a benchmark says about itself."""
    return ast.get_docstring(ast.parse(path.read_text())).splitlines()[0]


def _run(cluster, database, path):
    program = _PROGRAM.format(path=str(path), mark=_MARK, shared=str(_FOLDER))
    log = TEST_OUTPUT / f"bench-{path.stem}.log"
    output = odoo_run.shell(cluster, database, program, log=log)
    lines = [line for line in output.splitlines() if line.startswith(_MARK)]
    return [json.loads(line.removeprefix(_MARK)) for line in lines]


def _show(rows):
    """Print wall-clock seconds and their ratio, and the ratio of the seconds of Odoo's own process."""
    say(f"\n{'benchmark':<62}{'ours':>10}{'peer':>10}{'ratio':>7}{'cpu':>7}  peer")
    for name, (ours, our_cpu), (peer, peer_cpu), peer_name in rows:
        cpu = f"{our_cpu / peer_cpu:.2f}" if peer_cpu else "-"
        say(f"{name:<62}{ours:>9.3f}s{peer:>9.3f}s{ours / peer:>7.2f}{cpu:>7}  {peer_name}")

"""The script/bench command: what our records cost, as ratios against Odoo's own in the same run."""

import json

from . import bootstrap, databases, odoo_run, postgres, templates
from .console import note, say
from .errors import Failure
from .paths import ROOT, TEST_OUTPUT

_FOLDER = ROOT / "script" / "benchmarks"
_MARK = "BENCHMARK "
# Each benchmark defines run(env), which returns rows of name, seconds of ours, seconds of the
# peer, and what the peer is.
_PROGRAM = """\
import json, runpy
for row in runpy.run_path({path!r})["run"](env):
    print({mark!r} + json.dumps(row))
"""


def main(arguments):
    """Run every benchmark, or those that are named, on a fresh copy of the template."""
    odoo = bootstrap.ensure()
    files = sorted(_FOLDER.glob("*.py"))
    files = [path for path in files if not arguments or path.stem in arguments]
    if not files:
        raise Failure(f"no benchmark found in {_FOLDER.relative_to(ROOT)}.")
    rows = []
    with postgres.cluster() as cluster:
        template = templates.addons_template(cluster, odoo)
        for path in files:
            note(f"benchmark {path.stem}")
            with databases.run_copy(cluster, template, "bench") as database:
                rows += _run(cluster, database, path)
    _show(rows)
    return 0 if rows else 1


def _run(cluster, database, path):
    program = _PROGRAM.format(path=str(path), mark=_MARK)
    log = TEST_OUTPUT / f"bench-{path.stem}.log"
    output = odoo_run.shell(cluster, database, program, log=log)
    lines = [line for line in output.splitlines() if line.startswith(_MARK)]
    return [json.loads(line.removeprefix(_MARK)) for line in lines]


def _show(rows):
    say(f"\n{'benchmark':<44}{'ours':>10}{'peer':>10}{'ratio':>8}  peer")
    for name, ours, peer, peer_name in rows:
        ratio = f"{ours / peer:.2f}" if peer else "-"
        say(f"{name:<44}{ours:>9.3f}s{peer:>9.3f}s{ratio:>8}  {peer_name}")

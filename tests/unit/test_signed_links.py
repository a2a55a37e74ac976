"""Links that act for their reader are signed in one place, which asks who writes the mail."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SIGNER = ROOT / "jobtrack_support" / "models" / "guard.py"


def test_nothing_signs_links_but_the_one_signer():
    sources = [path for addon in ROOT.glob("jobtrack_*") for path in addon.rglob("*.py")]
    signers = [
        path for path in sources if "hash_sign(" in path.read_text() and "tests" not in path.parts
    ]
    assert signers == [SIGNER]

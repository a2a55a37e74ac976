"""Words that people read can be translated: labels stay as they are, and texts are whole."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("models", "wizards", "controllers")
OTHER_CASE = {"lower", "upper", "casefold", "capitalize", "title", "swapcase"}
FRAGMENT_BEGINS = (" ", ",", ";", ":", ".")


def sources():
    """:return: (path, syntax tree) of each Python file whose words people read."""
    paths = [path for folder in FOLDERS for path in sorted(ROOT.glob(f"jobtrack_*/{folder}/*.py"))]
    assert len(paths) > 100
    return [(path.relative_to(ROOT), ast.parse(path.read_text())) for path in paths]


def calls(tree, names):
    """:return: the calls of a method that has one of these names."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in names
    ]


def makes_words(node):
    """:return: whether an expression gives a label or a translated text."""
    if isinstance(node, ast.Subscript):
        return not isinstance(node.slice, ast.Slice)  # dict(selection)[value]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        name = node.func.attr
        return name in ("get", "_") or "words" in name or "description" in name
    return False


def changed_labels(tree):
    return [call.lineno for call in calls(tree, OTHER_CASE) if makes_words(call.func.value)]


def fragments(tree):
    texts = [
        (call.lineno, call.args[0].value)
        for call in calls(tree, {"_"})
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    return [(line, text) for line, text in texts if text.startswith(FRAGMENT_BEGINS)]


def test_labels_are_used_as_they_are():
    """A noun has its capital in German, and other scripts have none: a label stands in quotes or after a colon."""
    assert [(path, changed_labels(tree)) for path, tree in sources() if changed_labels(tree)] == []


def test_no_text_is_the_end_of_another():
    """Whoever translates a piece of a sentence does not know what it is joined to, nor in which order."""
    assert [(path, fragments(tree)) for path, tree in sources() if fragments(tree)] == []


@pytest.mark.parametrize(
    "code",
    [
        "words[job.state].lower()",
        "words.get(job.state, '').lower()",
        "self._words_of_standing().lower()",
        "self.env._('On hold').lower()",
        "field._description_string(env).capitalize()",
    ],
)
def test_the_check_finds_labels_in_another_case(code):
    assert changed_labels(ast.parse(code)) == [1]


@pytest.mark.parametrize("code", ["name.lower()", "(self.name or '').lower()", "parts[:1].upper()"])
def test_the_check_lets_plain_text_alone(code):
    assert changed_labels(ast.parse(code)) == []


def test_the_check_finds_fragments():
    assert fragments(ast.parse("self.env._(' by %(person)s', person=name)")) == [
        (1, " by %(person)s")
    ]

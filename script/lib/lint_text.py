"""Checks of our own on the text of the project's files."""

import ast

from . import sources
from .paths import ADDONS, ROOT

LONGEST_FILE, LONGEST_METHOD = 400, 50
_MARKERS = ("<" * 7 + " ", ">" * 7 + " ", "|" * 7 + " ")
_TEXT = {".py", ".xml", ".js", ".mjs", ".css", ".scss", ".csv", ".md", ".rst", ".txt", ".toml"}
_TEXT |= {".json", ".po", ".pot", ".sql", ".cfg", ".yml", ""}


def problems_of_text(path, text):
    """:return: lines of complaint about spaces, line ends and left-over merge markers."""
    found = []
    if "\r" in text:
        found.append(f"{path}: line ends must be plain line feeds")
    if text and not text.endswith("\n"):
        found.append(f"{path}: the last line has no line end")
    if text.endswith("\n\n"):
        found.append(f"{path}: ends with empty lines")
    for number, line in enumerate(text.split("\n"), start=1):
        if line != line.rstrip():
            found.append(f"{path}:{number}: spaces at the end of the line")
        if line.startswith(_MARKERS):
            found.append(f"{path}:{number}: a merge left a marker")
    return found


def tidy(text):
    """:return: the text with spaces and line ends as ``problems_of_text`` wants them."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    joined = "\n".join(lines).rstrip("\n")
    return joined + "\n" if joined else ""


def problems_of_size(path, text):
    """:return: lines of complaint about a Python file or a method that is too long to be read."""
    found = []
    lines = text.count("\n")
    if lines > LONGEST_FILE:
        found.append(f"{path}: {lines} lines; split it, {LONGEST_FILE} is the limit")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = node.end_lineno - node.lineno + 1
            if length > LONGEST_METHOD:
                complaint = f"{node.name} has {length} lines; {LONGEST_METHOD} is the limit"
                found.append(f"{path}:{node.lineno}: {complaint}")
    return found


def check_text(fix=False):
    """Check, or put right, the spaces and line ends of every text file.

    :return: lines of complaint
    """
    found = []
    for path in sources.all_files():
        if path.suffix not in _TEXT or path.name == "LICENSE":
            continue
        text = (ROOT / path).read_bytes().decode("utf-8", errors="replace")
        if fix and text != tidy(text):
            (ROOT / path).write_text(tidy(text), newline="\n")
            text = tidy(text)
        found += problems_of_text(path, text)
    return found


def check_size():
    """:return: lines of complaint about files and methods that are too long, tests excepted."""
    found = []
    for path in sources.with_ending(".py"):
        is_product = path.parts[0] in (*ADDONS, "script") and "tests" not in path.parts
        if is_product:
            found += problems_of_size(path, (ROOT / path).read_text())
    return found

"""The counting of tests: nothing broken is overlooked, and nothing run is not a success."""

import time

from lib import lint_text, log_reader, part_addons, part_upstream, results

STAMP = "2026-01-02 03:04:05,678 9 {} run_x {}: {}"
TOTAL = "{} failed, {} error(s) of {} tests when loading database 'run_x'"


def _read(*entries, status=0, tmp_path):
    log = tmp_path / "log"
    log.write_text("")
    reader = log_reader.LogReader(time.monotonic())
    for entry in entries:
        for line in entry.split("\n"):
            reader.read(line)
    return reader.result(status, log)


def _entry(level, logger, text):
    return STAMP.format(level, logger, text)


def test_a_good_run_is_counted(tmp_path):
    result = _read(_entry("INFO", "odoo.tests.result", TOTAL.format(0, 0, 7)), tmp_path=tmp_path)
    assert part_addons.summarise("addons", result).passed
    assert result.tests == 7


def test_a_broken_test_is_named_with_its_traceback(tmp_path):
    result = _read(
        _entry("ERROR", "odoo.addons.project.tests.test_x", "FAIL: TestX.test_y\nTraceback:\nBoom"),
        _entry("ERROR", "odoo.tests.result", TOTAL.format(1, 0, 7)),
        status=1,
        tmp_path=tmp_path,
    )
    assert list(result.broken) == ["project/TestX.test_y"]
    assert "Boom" in result.broken["project/TestX.test_y"]
    assert not part_addons.summarise("addons", result).passed


def test_a_subtest_and_a_broken_class_have_names_too():
    logger = "odoo.addons.project.tests.test_x"
    subtest = log_reader.test_id(logger, "Subtest TestX.test_y (user='a')")
    assert subtest == "project/TestX.test_y"
    whole = "setUpClass (odoo.addons.portal.tests.test_w.TestW)"
    assert log_reader.test_id("odoo.tests.suite", whole) == "portal/TestW.setUpClass"


def test_a_run_without_tests_fails(tmp_path):
    result = _read(_entry("INFO", "odoo.tests.result", TOTAL.format(0, 0, 0)), tmp_path=tmp_path)
    assert not part_addons.summarise("addons", result).passed
    assert results.show([results.PartResult("empty")]) == 1


def test_a_run_that_dies_fails(tmp_path):
    dead = _read(_entry("CRITICAL", "odoo.modules", "No such thing"), status=255, tmp_path=tmp_path)
    assert not part_addons.summarise("addons", dead).passed
    assert "No such thing" in dead.broken["the run itself"]


def test_a_logged_warning_fails_the_part(tmp_path):
    result = _read(
        _entry("WARNING", "odoo.fields", "something is deprecated"),
        _entry("INFO", "odoo.tests.result", TOTAL.format(0, 0, 7)),
        tmp_path=tmp_path,
    )
    assert not part_addons.summarise("addons", result).passed


def test_only_known_failures_of_plain_odoo_are_forgiven():
    known = part_upstream.read_known("# comment\nproject/TestX.test_y  its cause\n")
    result = log_reader.OdooResult(tests=9, broken={"project/TestX.test_y": "a"})
    assert part_upstream.judge("upstream", result, known).passed
    result.broken["project/TestX.test_z"] = "b"
    judged = part_upstream.judge("upstream", result, known)
    assert judged.failed == 1
    assert not judged.passed


def test_text_checks_find_what_tidy_puts_right():
    untidy = "a  \r\nb\n\n\n"
    assert lint_text.problems_of_text("x.py", untidy)
    assert lint_text.tidy(untidy) == "a\nb\n"
    assert not lint_text.problems_of_text("x.py", lint_text.tidy(untidy))
    merged = "<" * 7 + " HEAD\n"
    assert "marker" in lint_text.problems_of_text("x.py", merged)[0]


def test_long_files_and_methods_are_found():
    body = "def long():\n" + "    x = 1\n" * 60
    assert "long has 61 lines" in lint_text.problems_of_size("x.py", body)[0]
    assert lint_text.problems_of_size("x.py", "x = 1\n" * 401)


def test_what_breaks_twice_has_broken_and_what_breaks_once_is_said():
    first = log_reader.OdooResult(
        tests=5, broken={"portal/TestA.test_x": "slow", "portal/TestA.test_y": "wrong"}
    )
    second = log_reader.OdooResult(tests=2, broken={"portal/TestA.test_y": "wrong"})
    judged = part_upstream.judge("upstream", first, {}, second)
    assert judged.failed == 1
    assert judged.problems == ["wrong"]
    assert "passed at the second try: portal/TestA.test_x" in judged.remarks


def test_a_second_try_that_did_not_run_excuses_nothing():
    first = log_reader.OdooResult(tests=5, broken={"portal/TestA.test_x": "slow"})
    second = log_reader.OdooResult(tests=0, broken={})
    assert part_upstream.judge("upstream", first, {}, second).failed == 1


def test_a_broken_test_is_selected_by_its_tag():
    assert part_upstream.tag_of("portal/TestUi.test_01") == "/portal:TestUi.test_01"

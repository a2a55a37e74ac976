"""The check of the templates for translators says which texts changed."""

from lib import translations

OLD = """\
msgid ""
msgstr ""
"Language-Team: \\n"

#. module: jobtrack_support
msgid "Same"
msgstr ""

msgid ""
"Long text that "
"goes on"
msgstr ""
"""


def test_terms_join_what_stands_on_several_lines():
    assert translations.terms(OLD) == {"Same", "Long text that goes on"}


def test_differences_name_new_and_gone_texts_and_the_way_out():
    new = OLD.replace('msgid "Same"', 'msgid "Other"')
    first, *changes = translations._differences("i18n/a.pot", OLD, new)
    assert "script/translations" in first
    assert changes == ["  new: Other", "  gone: Same"]


def test_a_moved_text_is_a_difference_too():
    new = OLD.replace("module: jobtrack_support", "module: other")
    assert translations._differences("i18n/a.pot", OLD, new) == [
        "i18n/a.pot is out of date: run script/translations"
    ]

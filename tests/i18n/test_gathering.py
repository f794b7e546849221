"""How texts are found in the source: `python3 -m setup translations` on a small tree."""

from pathlib import Path

import pytest

from setup import translations

PAGE = """{% extends "ui/portal.html" %}
{% block title %}{% translate "Записи" %}{% endblock %}
    <p title="{% translate 'Скоро' %}">{{ name|default:_("без имени") }}</p>
  {% blocktranslate trimmed count n=visits|length %}
    {{ n }} визит
  {% plural %}
    {{ n }} визита
  {% endblocktranslate %}
"""
CODE = """
from django.utils.translation import gettext_lazy as _, pgettext

message = _("Такой страницы нет.")
if message:
    short = pgettext("month", "май")
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "doctorlike").mkdir()
    (tmp_path / "doctorlike" / "page.html").write_text(PAGE)
    (tmp_path / "doctorlike" / "errors.py").write_text(CODE)
    return tmp_path


def test_templates_and_python_are_read_without_gettext_tools(tree):
    found = {(message.context, message.id) for message in translations.gather(tree) if message.id}
    assert found == {
        (None, "Записи"),
        (None, "Скоро"),
        (None, "без имени"),
        (None, ("%(n)s визит", "%(n)s визита")),
        (None, "Такой страницы нет."),
        ("month", "май"),
    }


def test_new_texts_come_empty_and_translations_stay(tree):
    assert translations.update(tree) == {"en": 6, "ru": 1}
    path = translations.catalogue_path(tree, "en")
    path.write_text(path.read_text().replace('msgid "Скоро"\nmsgstr ""', 'msgid "Скоро"\nmsgstr "Coming up"'))
    (tree / "doctorlike" / "errors.py").unlink()
    assert translations.update(tree) == {"en": 3, "ru": 1}
    assert translations.read(tree, "en").get("Скоро").string == "Coming up"
    assert translations.read(tree, "en").get("Такой страницы нет.") is None


def test_russian_holds_only_what_is_counted(tree):
    translations.update(tree)
    assert [message.id for message in translations.read(tree, "ru") if message.id] == [("%(n)s визит", "%(n)s визита")]

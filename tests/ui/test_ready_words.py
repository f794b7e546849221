"""Plain words are translated once a language, everything else each time."""

import pytest
from django.template import Context, Template
from django.utils import translation

from doctorlike.ui.templatetags.ready_words import ReadyWords

PLAIN = Template('{% translate "Сохранить" %}')


def test_one_template_speaks_every_language() -> None:
    said = []
    for language in ("ru", "en", "ru", "en"):
        with translation.override(language):
            said.append(PLAIN.render(Context()))
    assert said[:2] == said[2:]
    assert said[0] == "Сохранить"
    with translation.override("en"):
        assert said[1] == translation.gettext("Сохранить")


@pytest.mark.parametrize(
    "tag",
    [
        "{% translate word %}",
        '{% translate "Сохранить" as said %}{{ said }}',
        '{% translate "Сохранить"|lower %}',
        '{% translate "Сохранить" noop %}',
    ],
)
def test_what_is_not_plain_words_is_asked_each_time(tag: str) -> None:
    template = Template(tag)
    assert not any(isinstance(node, ReadyWords) for node in template.nodelist)
    first, second = (template.render(Context({"word": word})) for word in ("<Да>", "Нет"))
    assert (first, second) == (("&lt;Да&gt;", "Нет") if "word" in tag else (first, first))


def test_percent_signs_and_markup_stay_as_written() -> None:
    assert Template('{% translate "0 % & <b>" %}').render(Context()) == "0 % & <b>"

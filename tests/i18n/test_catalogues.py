"""The catalogues hold what the source says, all of it, and every translation can take the original's place."""

import re
import shutil

import pytest
from babel.messages.catalog import Message

from setup import translations
from tests.i18n.conftest import ROOT

LANGUAGES = tuple(translations.PLURAL_FORMS)
CYRILLIC = re.compile(r"[А-Яа-яЁё]+")
# What stays Russian inside English: a language in its own words, the letters a Russian certificate bears, and what has
# to be typed in Russian: an address without a house number, words of a table of topics.
STAYS_RUSSIAN = {"Русский", "МЮ", "без", "номера", "не", "входит"}
# %(name)s and %s, {name} and the doubled percent: whatever the program puts in or prints as one sign.
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|%%|\{[a-z_]*\}")
MARKUP = re.compile(r"</?[a-z]+>")


def forms(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if message.pluralizable else (message.string,)


def originals(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if message.pluralizable else (message.id,)


def key(message: Message) -> tuple[object, object]:
    return message.context, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_every_text_of_the_source_and_no_other(language, gathered, catalogue):
    wanted = {key(message) for message in translations.wanted(language, gathered)}
    held = {key(message) for message in catalogue(language) if message.id}
    how = "python3 -m setup translations brings the catalogue to the source"
    assert wanted - held == set(), how
    assert held - wanted == set(), how
    assert not catalogue(language).obsolete, how


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language, catalogue):
    without = [message.id for message in catalogue(language) if message.id and not all(forms(message))]
    assert without == []
    assert [message.id for message in catalogue(language) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_counted_has_a_form_for_each_number(language, catalogue):
    read = catalogue(language)
    assert read.num_plurals == {"en": 2, "ru": 3}[language]
    counted = [message for message in read if message.id and message.pluralizable]
    assert counted
    assert [message.id for message in counted if len(message.string) != read.num_plurals] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_what_the_program_puts_in(language, catalogue):
    wrong = []
    for message in catalogue(language):
        expected = [sorted(PLACEHOLDER.findall(text)) for text in originals(message)]
        for place, text in enumerate(forms(message) if message.id else ()):
            if sorted(PLACEHOLDER.findall(text)) != expected[min(place, len(expected) - 1)]:
                wrong.append((message.id, text))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_adds_no_markup(language, catalogue):
    """Translations stand in attributes of pages and are not escaped there: a quotation mark would end the attribute."""
    wrong = []
    for message in catalogue(language):
        tags = sorted(MARKUP.findall(originals(message)[0]))
        for text in forms(message) if message.id else ():
            if sorted(MARKUP.findall(text)) != tags or re.search(r'["<>&]', MARKUP.sub("", text)):
                wrong.append(text)
    assert wrong == []


def test_english_is_english(catalogue):
    left = {word for message in catalogue("en") if message.id for text in forms(message) for word in found(text)}
    assert left == set()


def found(text: str) -> set[str]:
    return set(CYRILLIC.findall(text)) - STAYS_RUSSIAN


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_as_the_command_writes_it(language, tmp_path):
    """So that gathering again shows nothing but what changed: no dates, no names, no numbers of lines. Where a text
    stands is there to help the translator and may be late."""
    shutil.copytree(ROOT / "doctorlike", tmp_path / "doctorlike", ignore=shutil.ignore_patterns("__pycache__"))
    for each in LANGUAGES:
        copy = translations.catalogue_path(tmp_path, each)
        copy.parent.mkdir(parents=True)
        shutil.copy(translations.catalogue_path(ROOT, each), copy)
    translations.update(tmp_path)
    entries = [
        {entry for entry in re.sub(r"(?m)^#: .*\n", "", path.read_text()).split("\n\n") if entry}
        for path in (translations.catalogue_path(ROOT, language), translations.catalogue_path(tmp_path, language))
    ]
    assert {entry.strip() for entry in entries[0]} == {entry.strip() for entry in entries[1]}
    assert not re.search(r"(?m)^#: .*:\d|Creation-Date|Revision-Date|Translator", path_text(language))


def path_text(language: str) -> str:
    return translations.catalogue_path(ROOT, language).read_text()

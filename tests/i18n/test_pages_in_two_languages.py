"""Compiled catalogues in use: numbers in Russian, and pages in English."""

import re
from dataclasses import asdict

import pytest
from django.conf import settings as django_settings
from django.template import Context, Template
from django.utils import translation

from tests.i18n.test_catalogues import CYRILLIC

pytestmark = pytest.mark.usefixtures("in_translation")

SERVICES = Template(
    "{% blocktranslate trimmed count n=n %}{{ n }} услуга{% plural %}{{ n }} услуги{% endblocktranslate %}"
)
DAYS_LEFT = Template(
    "{% blocktranslate trimmed count n=n %}ещё {{ n }} день{% plural %}ещё {{ n }} дней{% endblocktranslate %}"
)


@pytest.mark.parametrize(
    ("number", "services", "days"),
    [
        (0, "0 услуг", "ещё 0 дней"),
        (1, "1 услуга", "ещё 1 день"),
        (2, "2 услуги", "ещё 2 дня"),
        (5, "5 услуг", "ещё 5 дней"),
        (11, "11 услуг", "ещё 11 дней"),
        (21, "21 услуга", "ещё 21 день"),
        (22, "22 услуги", "ещё 22 дня"),
        (112, "112 услуг", "ещё 112 дней"),
    ],
)
def test_russian_numbers_take_their_words(number, services, days):
    with translation.override("ru"):
        assert SERVICES.render(Context({"n": number})) == services
        assert DAYS_LEFT.render(Context({"n": number})) == days


@pytest.mark.parametrize(("number", "services"), [(1, "1 service"), (2, "2 services"), (21, "21 services")])
def test_english_numbers_take_theirs(number, services):
    with translation.override("en"):
        assert SERVICES.render(Context({"n": number})) == services


def test_django_keeps_its_own_russian_beside_ours():
    with translation.override("ru"):
        assert translation.ngettext("%(num)d month", "%(num)d months", 5) % {"num": 5} == "5 месяцев"


def russian_words(page: str) -> set[str]:
    """What a reader of English would meet in Russian, the brand's own names and the language switch apart."""
    words = re.sub(r"<(script|style|svg)\b.*?</\1>", "", page, flags=re.DOTALL)
    words = re.sub(r"<button[^>]*lang=\"ru\"[^>]*>.*?</button>", "", words, flags=re.DOTALL)
    brand = " ".join(str(value) for value in asdict(django_settings.BRAND).values())
    return {word for word in CYRILLIC.findall(words) if word not in brand}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/signin/", "/no/such/page/"])
def test_a_page_speaks_the_language_of_the_reader(client, address):
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(address).content.decode()
    assert '<html lang="en"' in page
    assert russian_words(page) == set()

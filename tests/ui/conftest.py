"""The gallery of all components, rendered as each face and opened in Chromium without a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from playwright.sync_api import Browser, Page, Route, sync_playwright

from doctorlike.ui import forms as ui_forms
from doctorlike.ui import nav
from doctorlike.ui.forms import (
    CardLabel,
    ChoiceCards,
    CodeField,
    DayField,
    DigitsInput,
    EmailInput,
    MoneyField,
    NameInput,
    PhoneInput,
    UploadInput,
)
from setup.assets import build_font

ORIGIN = "http://gallery.test"
FACES = ("shop", "portal", "telemed", "desk", "reception", "signin")
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


class SampleForm(ui_forms.Form):
    surname = forms.CharField(label="Фамилия", help_text="Как в паспорте, кириллицей", widget=NameInput)
    passport = forms.CharField(
        label="Серия и номер паспорта",
        widget=DigitsInput,
        error_messages={"required": "Введите серию и номер: десять цифр с разворота с фотографией"},
    )
    issued_on = DayField(label="Дата выдачи")
    phone = forms.CharField(label="Телефон", widget=PhoneInput)
    email = forms.EmailField(label="Электронная почта", widget=EmailInput, required=False)
    code = CodeField(label="Код из сообщения")
    sex = forms.ChoiceField(
        label="Пол",
        choices=[("f", "Женский"), ("m", "Мужской")],
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите пол"},
    )
    percent = forms.ChoiceField(
        label="Ваша доля",
        help_text="Сколько от цены каждой услуги платите вы",
        choices=[
            ("0", CardLabel("0 %", "Клиники бесплатно, полис дороже", "41 200,00 ₽")),
            ("30", CardLabel("30 %", "За приём 1 200 ₽ вы заплатите 360 ₽", "18 400,00 ₽")),
        ],
        widget=ChoiceCards,
    )
    specialties = forms.MultipleChoiceField(
        label="Специальности",
        choices=[("1", "Оториноларингология"), ("2", "Терапия")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    region = forms.ChoiceField(label="Регион", choices=[("", "Выберите"), ("63", "Самарская область")])
    note = forms.CharField(label="Пожелания", widget=forms.Textarea, required=False)
    scan = forms.FileField(label="Снимок паспорта", help_text="JPEG, PNG или PDF до 10 МБ", widget=UploadInput)
    sum = MoneyField(label="Сумма")
    consent = forms.BooleanField(
        label="Согласна на обработку персональных данных",
        error_messages={"required": "Без согласия оформить полис нельзя: поставьте отметку"},
    )


@dataclass(frozen=True, slots=True)
class Person:
    label: str
    url: str
    current: bool


def gallery_context(*, with_errors: bool = True) -> dict[str, Any]:
    form = SampleForm(
        {"surname": "Серова", "phone": "+7 927 000-12-", "issued_on": "31.02.2026", "email": "anna", "percent": "30"}
    )
    return {
        "form": form if with_errors else SampleForm(),
        "people": [
            Person("Анна", "#", True),
            Person("Митя, 6 лет", "#", False),
            Person("Константин-Александр, 12 лет", "#", False),
        ],
        "total": Decimal("1234567.80"),
        "price": Decimal("1200.00"),
        "share": Decimal("360.00"),
        "insurer": Decimal("840.00"),
        "born_on": date(1990, 3, 24),
        "bars": [
            {"label": month, "value": Decimal(value), "text": f"{value},00 ₽", "current": month == "мар"}
            for month, value in [("окт", 350), ("ноя", 900), ("дек", 120), ("янв", 0), ("фев", 480), ("мар", 1100)]
        ],
        "days": [
            {"weekday": name, "number": 23 + place, "current": place == 1, "none": place == 3}
            for place, name in enumerate(["пн", "вт", "ср", "чт", "пт", "сб", "вс"])
        ],
        "times": ["12:20", "12:40", "15:00"],
        "rows": [
            {
                "who": "Серова А. В.",
                "policy": "ONDL-304821",
                "what": "Возражение",
                "sum": Decimal(830),
                "kind": "wait",
                "left": "4 дня",
            },
            {
                "who": "Кызы Ф. М.",
                "policy": "ONDL-500117",
                "what": "Обратный звонок",
                "sum": None,
                "kind": "bad",
                "left": "12 мин",
            },
            {
                "who": "Константинопольский-Преображенский В. В.",
                "policy": "ONDL-301902",
                "what": "Сумма отличается",
                "sum": Decimal("1200000.05"),
                "kind": "plain",
                "left": "сегодня",
            },
        ],
        "page": Paginator(range(500), 20).page(7),
    }


def request_to(path: str, **cookies: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    request.COOKIES.update(cookies)
    request.nav_counts = {"visits": 2}
    request.clock_moved_to = datetime(2026, 3, 31, 7, 40, tzinfo=UTC)
    return request


PLACES = (
    nav.NavPlace("home", "Главная", "home", "/gallery/", exact=True),
    nav.NavPlace("clinics", "Клиники", "map-pin", "/gallery/clinics"),
    nav.NavPlace("visits", "Записи", "calendar", "/gallery/visits"),
    nav.NavPlace("services", "Услуги и списания", "list-bullet", "/gallery/services", short="Услуги"),
    nav.NavPlace("telemed", "Телемедицина", "video-camera", "/gallery/telemed", short="Телемед"),
)


@pytest.fixture(scope="session")
def gallery() -> Iterator[Callable[..., str]]:
    """Renders the gallery as one face."""
    nav.register(
        nav.SiteNav(
            "/gallery/",
            "/gallery/",
            PLACES,
            nav.NavPlace("me", "Профиль", "user-circle", "/gallery/me"),
            "/gallery/find",
        )
    )

    def render(face: str = "portal", *, with_errors: bool = True, **cookies: str) -> str:
        context = {**gallery_context(with_errors=with_errors), "base": f"ui/{face}.html"}
        with override_settings(ROOT_URLCONF="tests.ui.urls"):
            return render_to_string("ui/gallery.html", context, request=request_to("/gallery/", **cookies))

    yield render
    nav._navs.pop("/gallery/")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def open_gallery(
    browser: Browser, gallery: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Page]]:
    """Opens the gallery as one face, at a width, in a colour scheme."""
    assets = tmp_path_factory.mktemp("assets")
    build_font(assets)
    opened = []

    def open_page(face: str = "portal", width: int = 360, scheme: str = "light", **options: Any) -> Page:
        html = gallery(face, **options)
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        opened.append(page)
        page.route("**/*", lambda route: _answer(route, html, assets))
        page.goto(f"{ORIGIN}/gallery/")
        page.evaluate("document.fonts.ready.then(() => true)")
        return page

    yield open_page
    for page in opened:
        page.close()


def _answer(route: Route, html: str, assets: Path) -> None:
    path = route.request.url.removeprefix(ORIGIN)
    if path == "/gallery/":
        route.fulfill(body=html, content_type="text/html; charset=utf-8")
        return
    name = path.removeprefix("/static/")
    built = assets / name
    found = str(built) if built.is_file() else finders.find(name)
    if not found:
        route.fulfill(status=404, body="")
        return
    route.fulfill(body=Path(found).read_bytes(), content_type=TYPES.get(Path(found).suffix, "application/octet-stream"))

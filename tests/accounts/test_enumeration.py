"""What a stranger learns of who and what exists, at every door: nothing. The doors are those of `make
bench-enumeration`, which compares the time of the answers; here the answers themselves are compared, and the questions
to the database that each takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.enumeration import guessed, spread_of_runs, told_by_time
from bench.enumeration_doors import DOORS, Door, Subject, Try, cast, forget
from doctorlike.accounts.rules import read_contact
from doctorlike.kit import clock
from doctorlike.products import commands as products
from tests.accounts.builders import CONSOLE

pytestmark = pytest.mark.django_db
PAIRS = 2


@pytest.fixture
def pairs(on_site: Callable[[str], None]) -> list[tuple[Subject, Subject]]:
    on_site("portal")
    products.seed_demo_product(by=CONSOLE, at=clock.now())
    return cast(PAIRS, at=clock.now())


def asked(one: Try) -> Any:
    browser = Client()
    for name, value in one.cookies.items():
        browser.cookies[name] = value
    return browser.get(one.path) if one.form is None else browser.post(one.path, one.form)


def seen(response: Any, told: str) -> dict[str, Any]:
    """All that a stranger can compare, without what the page repeats of the question and without what is drawn anew
    with every answer."""
    headers = {name: value for name, value in response.headers.items() if name not in ("Location", "Expires")}
    body = response.content.decode()
    for shown in (told, shown_of(told)):
        body = body.replace(shown, "…")
    return {
        "status": response.status_code,
        "headers": headers,
        "leads to": re.sub(r"[0-9a-f-]{36}", "…", response.get("Location", "")),
        "cookies": {
            name: (len(cookie.value), cookie["max-age"], cookie["path"]) for name, cookie in response.cookies.items()
        },
        "length": len(response.content),
        "body": re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", body),
    }


def shown_of(told: str) -> str:
    return str(read_contact(told)) if told.startswith("+") or "@" in told else told


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_existing_and_missing_meet_the_same_answer(
    pairs: list[tuple[Subject, Subject]], on_site: Callable[[str], None], door: Door
) -> None:
    answers = []
    for subject in [one for pair in pairs for one in pair]:
        forget()  # how often one has asked before is told, and is no secret
        on_site("portal")
        question = door.prepare(subject)
        on_site(door.site)
        with CaptureQueriesContext(connection) as statements:
            response = asked(question)
        assert response.status_code == door.status, response.content.decode()
        work = [re.sub(r"\d+", "", one["sql"])[:40] for one in statements]
        answers.append({**seen(response, question.told), "work": work})
    assert all(one == answers[0] for one in answers), answers


SECRETS = [
    "/pay/{}/",
    "/pay/{}/card/",
    "/order/{}/",
    "/order/{}/gift/",
    "/order/{}/check/",
    "/order/{}/pay/",
    "/order/{}/resume/",
    "/recovery/cancel/{}/",
    "/verify/{}/",
]


@pytest.mark.parametrize("path", SECRETS)
def test_a_secret_that_was_never_given_is_one_page_whatever_it_looks_like(
    on_site: Callable[[str], None], path: str
) -> None:
    on_site("portal")
    pages = [Client().get(path.format(made_up)) for made_up in ("x", "K" * 16, "x" * 32, "-" * 43, "0" * 64)]
    assert len({page.status_code for page in pages}) == 1
    answers = [seen(page, page.wsgi_request.path) for page in pages]
    for one in answers:
        del one["length"], one["headers"]["Content-Length"]  # the address, which the page repeats, has its own
    assert all(one == answers[0] for one in answers), answers


class TestTheMeasurement:
    def test_a_difference_outside_the_spread_is_seen(self) -> None:
        steady = [10 + (number * 37 % 101) / 100 for number in range(500)]
        slower = [ms + 2 for ms in steady]
        told = told_by_time((slower, steady))
        assert told["difference_ms"] == 2
        assert told["ratio"] > 1
        assert told["guessed"] == 1
        assert told["same_guessed"] < 0.55

    def test_the_same_is_a_coin(self) -> None:
        steady = [10 + (number * 37 % 101) / 10 for number in range(500)]
        told = told_by_time((steady, steady[::-1]))
        assert told["ratio"] <= 1
        assert told["guessed"] == 0.5

    def test_runs_go_on_beside_each_other(self) -> None:
        slowing = [float(number) for number in range(500)]
        assert spread_of_runs(slowing) == 4
        assert median(slowing) == 249.5

    def test_who_is_always_faster_is_told_apart_too(self) -> None:
        assert guessed([1, 2], [3, 4]) == guessed([3, 4], [1, 2]) == 1
        assert guessed([1, 4], [2, 3]) == 0.5

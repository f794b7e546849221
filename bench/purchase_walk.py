"""A buyer: from the calculator to the issued policy through the pages themselves. Forms are found by the names of their
fields and sent as a browser would send them, so that a page may change its looks and its order."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from lxml import html

from bench.load import Answer, Client, request

MOST_PAGES = 40
CODE_WITHIN_SECONDS = 120.0
_LOOK_EVERY_SECONDS = 0.1
_ADVERTISING = "advertising"
_NUMBER = re.compile(r"[A-Z]{2,}-\d{6,}")
_CARD = {"step": "card", "number": "4242424242424242", "expiry": "09/39", "cvc": "123"}
_SURNAMES = ("Абрамов", "Белов", "Власов", "Громов", "Данилов", "Ершов", "Жуков", "Зимин", "Крылов", "Лапин")
_NAMES = ("Андрей", "Борис", "Виктор", "Глеб", "Денис", "Егор", "Захар", "Игорь", "Кирилл", "Леонид")


@dataclass
class Purchase:
    """What a buyer did: seconds from the first page to the page that shows the number; each page's milliseconds."""

    email: str
    seconds: float = 0.0
    pages_ms: dict[str, float] = field(default_factory=dict)


def buyer_answers(number: int, today: Any) -> dict[str, str]:
    """What the `number`-th buyer types into fields of these names: everybody is somebody else."""
    surname, name = _SURNAMES[number % 10], _NAMES[number // 10 % 10]
    return {
        "surname": surname,
        "given_name": name,
        "patronymic": "Петрович",
        "sex": "male",
        "born_on": f"{1 + number % 28:02d}.{1 + number // 28 % 12:02d}.1990",
        "birth_place": "г. Самара",
        "document_kind": "passport",
        "series": "3612",
        "number": f"{100000 + number % 900000}",
        "issued_on": "15.06.2012",
        "issuer": "ОВД г. Самары",
        "division_code": "630-002",
        "registration": "Самарская область, Самара, ул. Полевая, д. 1, кв. 2",
        "phone": f"+7927{number % 10_000_000:07d}",
        "email": f"buyer{number}@bench.example",
        "starts_on": f"{today + timedelta(days=7):%d.%m.%Y}",
        "scope": "regions",
        "copay_percent": "30",
        "channel": "phone",
    }


class Browser:
    """One buyer's browser: kept connections, cookies, redirects followed, no script."""

    def __init__(self, *, portal: int, sandbox: int) -> None:
        self._clients = {portal: Client(portal), sandbox: Client(sandbox)}
        self._portal, self._sandbox = portal, sandbox
        self._cookies: dict[str, str] = {}
        self.address = f"http://localhost:{portal}/"
        self.page: Any = None
        self.pages_ms: dict[str, float] = {}

    def open(self, address: str) -> None:
        """A page by its address, absolute or not."""
        self._go("GET", address, b"")

    def send(self, form: Any, answers: dict[str, str]) -> None:
        """A form with these answers over what stands in it."""
        told = dict(form.form_values())
        if form.get("id"):  # a field may stand outside of its form and name it
            told |= {
                one.get("name"): one.get("value") for one in self.page.xpath("//input[@form=$of]", of=form.get("id"))
            }
        told |= {name: answer for name, answer in answers.items() if name in form.fields}
        address = urljoin(self.address, form.action or self.address).partition("#")[0]
        if form.method == "GET":
            self._go("GET", f"{address.partition('?')[0]}?{urlencode(told)}", b"")
        else:
            self._go("POST", address, urlencode(told).encode())

    def forms(self) -> list[Any]:
        """Forms of the page's own part, not of its head and foot."""
        main = self.page.find(".//main")
        return list((self.page if main is None else main).iter("form"))

    def form_with(self, *names: str) -> Any | None:
        """The first form that has all these fields."""
        return next((one for one in self.forms() if all(name in one.fields for name in names)), None)

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def _go(self, method: str, address: str, body: bytes) -> None:
        self.address = urljoin(self.address, address)
        for _ in range(10):
            split = urlsplit(self.address)
            path = split.path + (f"?{split.query}" if split.query else "")
            answer = self._answer(method, path, split.port or 80, body)
            step = f"{method} {re.sub('[0-9A-Za-z_-]{32,}', '…', split.path)}"
            self.pages_ms[step] = self.pages_ms.get(step, 0.0) + answer.ms
            if answer.status not in (301, 302, 303):
                break
            self.address, method, body = urljoin(self.address, answer.header("location")[0]), "GET", b""
        if answer.status != 200:
            raise AssertionError(f"{method} {self.address} answered {answer.status}: {answer.body[:300]!r}")
        self.page = html.fromstring(answer.body.decode())

    def _answer(self, method: str, path: str, port: int, body: bytes) -> Answer:
        ours = port == self._portal
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://localhost:{port}"}
        raw = request(
            method, path, port=port, cookies=self._cookies if ours else None, headers=headers if body else {}, body=body
        )
        answer = self._clients[port].send(raw)
        if ours:
            for line in answer.header("set-cookie"):
                name, _, value = line.partition(";")[0].partition("=")
                self._cookies[name] = value
        return answer

    def code_sent_to(self, phone: str) -> str:
        """The code of the newest message, as soon as it has come."""
        end = time.monotonic() + CODE_WITHIN_SECONDS
        raw = request("GET", f"/sms/messages.json?{urlencode({'to': phone})}", port=self._sandbox)
        while time.monotonic() < end:
            found = re.findall(rb"\b(\d{6})\b", self._clients[self._sandbox].send(raw).body)
            if found:
                return found[-1].decode()
            time.sleep(_LOOK_EVERY_SECONDS)  # a person waits for the message too
        raise AssertionError("no code has come")


def buy(number: int, *, portal: int, sandbox: int, today: Any) -> Purchase:
    """One purchase, from the first page to the one that shows the policy's number."""
    answers = buyer_answers(number, today)
    browser = Browser(portal=portal, sandbox=sandbox)
    begun = time.perf_counter()
    try:
        browser.open("/")
        calculator = browser.form_with("born_on", "copay_percent")
        if calculator is None:
            raise AssertionError("the shop's first page has no calculator")
        browser.send(calculator, answers)
        for _ in range(MOST_PAGES):
            if "/result/" in browser.address and _NUMBER.search(browser.page.text_content()):
                return Purchase(answers["email"], time.perf_counter() - begun, browser.pages_ms)
            _next(browser, answers, sandbox)
        raise AssertionError(f"no policy after {MOST_PAGES} pages, at {browser.address}")
    finally:
        browser.close()


def _next(browser: Browser, answers: dict[str, str], sandbox: int) -> None:
    """Whatever the page asks for."""
    if urlsplit(browser.address).port == sandbox:
        browser.send(browser.form_with("number", "expiry", "cvc"), _CARD)
    elif (form := browser.form_with("surname")) is not None:
        browser.send(form, answers)
    elif (form := browser.form_with("code")) is not None:
        browser.send(form, {"code": browser.code_sent_to(answers["phone"]), **dict.fromkeys(_ticks(form), "on")})
    elif (form := browser.form_with("channel")) is not None:
        browser.send(form, answers)
    elif (form := browser.form_with("programme", "copay_percent")) is not None:
        browser.send(form, {})
    elif "/result/" in browser.address:
        browser.open(browser.address)  # the acquirer has not answered yet
    else:
        told = " ".join(browser.page.text_content().split())[:400]
        raise AssertionError(f"nothing to go on with at {browser.address}: {told}")


def _ticks(form: Any) -> list[str]:
    """Boxes to tick: every consent but the one that is for advertising."""
    boxes = form.xpath('.//input[@type="checkbox"]/@name')
    return [name for name in boxes if name != _ADVERTISING]


def first_number() -> int:
    """Where the buyers of a round begin: nobody buys twice, whatever ran before."""
    return secrets.randbelow(8_000_000) + 1_000_000

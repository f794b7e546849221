"""The running system from outside: addresses, clock, and what the sandbox took for it: messages and money."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from setup.own_system import OwnSystem
from setup.waiting import wait_until
from tests.journeys.cast import Client

DEADLINE_SECONDS = 30.0
INSURER_ZONE = ZoneInfo("Europe/Moscow")


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    attachments: tuple[Attachment, ...]


@dataclass
class World:
    """One system for all journeys; each begins at the next noon (`begin_anew`) and moves the clock on from there."""

    system: OwnSystem
    # What pages already judged by axe were made of.
    judged: set[str] = field(default_factory=set)
    _moved: timedelta = timedelta()
    _read: dict[str, int] = field(default_factory=dict)

    def address(self, site: str) -> str:
        """Origin of one of our sites, as people open it."""
        return f"http://localhost:{self.system.port(site)}"

    @property
    def sandbox(self) -> httpx.Client:
        base = f"http://127.0.0.1:{self.system.port('sandbox')}"
        return httpx.Client(base_url=base, trust_env=False, timeout=10)

    def begin_anew(self) -> None:
        """Put the business clock to the next noon, so that no journey meets midnight on its way."""
        self._moved = timedelta()
        now = self._now()
        minutes = (12 - now.hour) % 24 * 60 - now.minute
        self.system.manage("clock", "--reset", *(["--advance", f"{minutes}m"] if minutes > 0 else []))
        self._moved = timedelta(minutes=max(minutes, 0))

    def today(self) -> date:
        """The business date."""
        return self._now().date()

    def move_to(self, day: date) -> None:
        """Advance the business clock to that date, the time of day staying as it is."""
        self._advance(minutes=(day - self.today()).days * 24 * 60)

    def move_to_evening(self, day: date, *, minutes_left: int) -> None:
        """Advance the business clock to so many minutes before the end of that date."""
        evening = self._midnight_after(day) - timedelta(minutes=minutes_left)
        self._advance(minutes=int((evening - self._now()).total_seconds() // 60))
        assert self.today() == day

    def move_to_the_last_minute(self) -> None:
        """Advance the business clock to 23:59:05 of this date."""
        self._advance_to(self._midnight_after(self.today()) - timedelta(seconds=55))

    def move_just_past_midnight(self) -> None:
        """Advance the business clock to 00:00:01 of the next date."""
        self._advance_to(self._midnight_after(self.today()) + timedelta(seconds=1))

    def pass_midnight(self) -> None:
        """Advance the business clock into the first minute of the next date."""
        midnight = self._midnight_after(self.today())
        self._advance(minutes=int((midnight - self._now()).total_seconds() // 60) + 1)

    def _midnight_after(self, day: date) -> datetime:
        return datetime.combine(day + timedelta(days=1), datetime.min.time(), INSURER_ZONE)

    def _now(self) -> datetime:
        return datetime.now(INSURER_ZONE) + self._moved

    def _advance_to(self, moment: datetime) -> None:
        seconds = int((moment - self._now()).total_seconds()) + 1
        assert seconds > 0, "the clock goes forward only"
        self.system.manage("clock", "--advance", f"{seconds}s")
        self._moved += timedelta(seconds=seconds)

    def _advance(self, *, minutes: int) -> None:
        if minutes <= 0:
            assert minutes > -60, "the clock goes forward only"
            return
        self.system.manage("clock", "--advance", f"{minutes}m")
        self._moved += timedelta(minutes=minutes)

    def code_sent_to(self, contact: str) -> str:
        """The code of the next message to a phone or an e-mail address, waiting for it."""
        return wait_for(lambda: self._next_code(contact), f"a code sent to {contact}")

    def letter_to(self, email: str, *, about: str) -> Letter:
        """The latest letter to this address whose subject holds `about`, waiting for it, with its attachments."""
        letter = wait_for(lambda: self._letter(email, about), f"a letter to {email} about «{about}»")
        with self.sandbox as sandbox:
            attachments = tuple(
                Attachment(one["name"], one["content_type"], sandbox.get(one["url"]).content)
                for one in letter["attachments"]
            )
        return Letter(letter["subject"], letter["text"], attachments)

    def texts_to(self, phone: str) -> list[str]:
        """All SMS to a phone so far, oldest first."""
        with self.sandbox as sandbox:
            return [one["text"] for one in sandbox.get("/sms/messages.json", params={"to": phone}).json()["messages"]]

    def debits(self, of: Client, *, since: int = 0) -> list[dict[str, Any]]:
        """Payments of that client (whose receipt it is) that truly took money, oldest first, after the first `since`
        of them. Whoever was here before is charged as the clock moves, and is none of this journey."""
        with self.sandbox as sandbox:
            payments = sandbox.get("/control/register.json").json()["payments"]
        own = {of.email, re.sub(r"\D", "", of.phone)}
        mine = [one for one in payments if one["receipt_to"] and one["receipt_to"].lstrip("+") in own]
        return [one for one in mine if one["status"] == "succeeded"][since:]

    def refunds(self, *, since: int = 0) -> list[dict[str, Any]]:
        """Money that truly went back, oldest first, after the first `since` of them."""
        with self.sandbox as sandbox:
            refunds = sandbox.get("/control/register.json").json()["refunds"]
        return [one for one in refunds if one["status"] == "succeeded"][since:]

    def debited_twice(self) -> list[str]:
        """What was paid more than once, by the subject our payments carry; it must be empty."""
        with self.sandbox as sandbox:
            counted = sandbox.get("/control/debits.json", params={"key": "subject_id"}).json()
        assert counted["values"], "our payments name their subject"
        return list(counted["more_than_once"])

    def import_register(self, folder: Path, rows: list[dict[str, str]]) -> str:
        """Load a clinic's register written as people's spreadsheets write it; what the command said."""
        header = list(rows[0])
        lines = [";".join(header), *(";".join(row[name] for name in header) for row in rows)]
        file = folder / "реестр.csv"
        file.write_text("\n".join(lines), encoding="cp1251")
        return self.system.manage("import_register", str(file))

    def run_charges(self) -> str:
        return self.system.manage("run_charges")

    def tracebacks(self) -> list[str]:
        """The end of the last traceback in each service's log, for the report of a journey that met it."""
        told = []
        for path in sorted((self.system.var / "log").glob("*.log")):
            faults = re.findall(r"^Traceback .*\n(?:[ \t].*\n|\n)+\S.*", path.read_text(errors="replace"), re.MULTILINE)
            told += [f"{path.stem}:\n" + "\n".join(fault.splitlines()[-12:]) for fault in faults[-1:]]
        return told

    def _next_code(self, contact: str) -> str | None:
        kind = "mail" if "@" in contact else "sms"
        asked = {"to": contact, "after": str(self._read.get(contact, 0))}
        with self.sandbox as sandbox:
            for message in sandbox.get(f"/{kind}/messages.json", params=asked).json()["messages"]:
                self._read[contact] = message["number"]
                if found := re.search(r"\b\d{6}\b", message["text"]):
                    return found[0]
        return None

    def _letter(self, email: str, about: str) -> dict[str, Any] | None:
        with self.sandbox as sandbox:
            letters = sandbox.get("/mail/messages.json", params={"to": email}).json()["messages"]
        return next((one for one in reversed(letters) if about in one["subject"]), None)


def wait_for(look: Callable[[], Any], what: str) -> Any:
    """The first true answer of `look`."""
    found: list[Any] = []
    wait_until(lambda: bool(found.append(look()) or found[-1]), seconds=DEADLINE_SECONDS)
    assert found[-1], f"{what}: not within {DEADLINE_SECONDS:.0f} seconds"
    return found[-1]

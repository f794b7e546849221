"""Am I covered, asked slowly: written from the rules' text (docs/rules/eligibility.md), sharing no line with the
product. It knows a case by what a person could write down, walks calendars day by day and clocks hour by hour, and is
never asked to be quick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")
DAY = timedelta(days=1)
ORDER = (
    "not_started",
    "waiting_period",
    "expired",
    "cancelled",
    "not_activated",
    "suspended",
    "region_out_of_scope",
    "region_not_selected",
    "region_pending",
    "clinic_out_of_network",
    "service_not_covered",
    "limit_exhausted",
)
CAPITALS = {"moscow": {"RU-MOW", "RU-MOS"}, "saint_petersburg": {"RU-SPE", "RU-LEN"}}
# What the programme of the cases holds, as the terms' page says it: kinds of care with what they may cost a year.
CARE = {"visits": (["B01", "B04"], None), "tomography": (["A05.23.009", "A06"], 30_000)}
LEFT_OUT = ["B01.063", "A06.30"]
SUM_INSURED = 100_000
LOOKALIKES = {"А": "A", "В": "B"}  # Cyrillic, as people type a code


@dataclass(frozen=True)
class Case:
    """One question and everything it hangs on. `active` are the times the programme was active, as instants; the last
    may be open. `cancelled_on` is the day on which the client ended the contract. `serves`: in which scope the clinic
    is from which day up to which. `spent` are roubles by kind of care and day. `guarantees` were given to the clinic
    for a service and a day."""

    telemed: bool
    visit_on: date
    scope: str
    starts_on: date
    waiting_days: int
    telemed_waits: bool
    cancelled_on: date | None
    active: tuple[tuple[datetime, datetime | None], ...]
    region: str
    zone: str
    chosen_at: datetime | None
    serves: tuple[tuple[str, date, date | None], ...]
    service: str
    spent: tuple[tuple[str, date, int], ...]
    guarantees: tuple[tuple[str, date], ...]


Told = tuple[str, date | None]


def reasons(case: Case) -> list[Told]:
    """Every reason why not, in their order, each with the first day on which it no longer stands, where there is
    one."""
    if not case.telemed and any(
        day == case.visit_on and latin(service) == latin(case.service) for service, day in case.guarantees
    ):
        return []
    told = dict(of_time(case))
    if not case.telemed:
        told.update(of_programme(case))
        told.update(of_region(case))
        told.update(of_network(case))
        told.update(of_service(case))
    return [(name, told[name]) for name in ORDER if name in told]


def year_after(start: date) -> date:
    """Twelve months on; a day that month lacks becomes its last."""
    day = start + 365 * DAY
    while (day.year, day.month) != (start.year + 1, start.month) or day.day < start.day:
        following = day + DAY
        if (following.year, following.month) > (start.year + 1, start.month):
            return day
        day = following
    return day


def of_time(case: Case) -> Iterator[Told]:
    waits = case.waiting_days if not case.telemed or case.telemed_waits else 0
    if case.visit_on < case.starts_on:
        yield "not_started", case.starts_on
    else:
        insured_from = case.starts_on
        for _day in range(waits):
            insured_from += DAY
        if case.visit_on < insured_from:
            yield "waiting_period", insured_from
    if case.visit_on >= year_after(case.starts_on):
        yield "expired", None
    # The day of the cancellation counts as in force.
    if case.cancelled_on is not None and case.visit_on > case.cancelled_on:
        yield "cancelled", None


def of_programme(case: Case) -> Iterator[Told]:
    """As of the visit's date at the clinic, or of the contract's last day when that is earlier. The word that ends the
    contract ends the programme too, and the whole of that date in Moscow is in force."""
    last_on = year_after(case.starts_on) - DAY
    if case.cancelled_on is not None:
        last_on = min(last_on, case.cancelled_on)
    on = min(case.visit_on, last_on)
    calendars = [ZoneInfo(case.zone)]
    if case.cancelled_on is not None and case.visit_on >= last_on:
        calendars.append(MOSCOW)
    there = list(moments(case, until=on + 3 * DAY))
    if any(moment.astimezone(calendar).date() == on for moment in there for calendar in calendars):
        return
    if any(moment.astimezone(calendar).date() <= on for moment in there for calendar in calendars):
        yield "suspended", None
    else:
        yield "not_activated", None


def moments(case: Case, until: date) -> Iterator[datetime]:
    """Moments at which the programme was active: no date is passed over between two of them, and the first and the
    last second are among them."""
    horizon = datetime(until.year, until.month, until.day, tzinfo=MOSCOW)
    for since, ended in case.active:
        after = min(ended or horizon, horizon)
        moment = since
        while moment < after:
            yield moment
            moment += timedelta(hours=7)
        if since < after:
            yield after - timedelta(seconds=1)


def of_region(case: Case) -> Iterator[Told]:
    if case.scope in CAPITALS:
        if case.region not in CAPITALS[case.scope]:
            yield "region_out_of_scope", None
        return
    if case.scope == "regions" and any(case.region in fixed for fixed in CAPITALS.values()):
        yield "region_out_of_scope", None
    elif case.chosen_at is None:
        yield "region_not_selected", None
    else:
        opens = case.chosen_at.astimezone(MOSCOW).date() + DAY
        while opens < case.starts_on:
            opens += DAY
        if opens > case.visit_on:
            yield "region_pending", opens


def of_network(case: Case) -> Iterator[Told]:
    mine = [(joined, left) for scope, joined, left in case.serves if scope == case.scope]
    days = {
        joined + number * DAY for joined, left in mine for number in range(((left or date(2030, 1, 1)) - joined).days)
    }
    if case.visit_on not in days:
        yield "clinic_out_of_network", min((day for day in days if day > case.visit_on), default=None)


def of_service(case: Case) -> Iterator[Told]:
    kind = kind_of(latin(case.service))
    if kind is None:
        yield "service_not_covered", None
        return
    so_far = [(care, roubles) for care, day, roubles in case.spent if day <= case.visit_on]
    own = CARE[kind][1]
    if sum(roubles for _care, roubles in so_far) >= SUM_INSURED or (
        own is not None and sum(roubles for care, roubles in so_far if care == kind) >= own
    ):
        yield "limit_exhausted", None


def kind_of(service: str) -> str | None:
    """The longest beginning, in whole segments, decides; what is left out wins over what is held at the same length."""
    parts = service.split(".")
    for length in range(len(parts), 0, -1):
        beginning = ".".join(parts[:length])
        if beginning in LEFT_OUT:
            return None
        for kind, (beginnings, _limit) in CARE.items():
            if beginning in beginnings:
                return kind
    return None


def latin(service: str) -> str:
    return "".join(LOOKALIKES.get(letter, letter) for letter in service.strip().upper())

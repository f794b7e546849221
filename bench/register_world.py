"""Two hundred thousand policies, a network, registers of any length, and what each line must come to: written from the
rules' text, sharing no line with the product. Nothing here needs Django but `fill`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID, uuid5

POLICIES = 200_000
CLINICS = 20
RECEIVED_ON = date(2026, 7, 1)
FIRST_VISIT_ON = date(2026, 1, 5)
VISIT_DAYS = 170
WAITING_DAYS = 14
SUM_INSURED = 1_000_000_00
PHYSIOTHERAPY_LIMIT = 20_000_00
PERCENTS = (0, 30, 50)
CLOSED_FROM = date(2026, 5, 1)
SPACE = UUID("6b0a9a3e-4f6f-4e0e-9d0a-3a5d1f0d9c11")
HEADING = "Клиника;Номер полиса;Дата рождения;Дата визита;Код услуги;Количество;Цена;Сумма"
# Code, price in kopecks, what it draws on: visits and laboratory know no limit of their own, haemodialysis is excluded.
SERVICES: tuple[tuple[str, int, str], ...] = (
    *((f"B01.{specialty:03d}.{visit:03d}", 90_005 + 7_013 * specialty, "visits")
      for specialty in (2, 15, 23, 28, 29, 47, 50, 53, 58) for visit in (1, 2)),
    *((f"A12.05.{number:03d}", 30_055 + 1_101 * number, "laboratory") for number in range(1, 30)),
    *((f"A17.30.{number:03d}", 250_033 + 10_007 * number, "physiotherapy") for number in range(1, 8)),
    ("A18.05.002", 900_000, ""),
)  # fmt: skip
PRICES = {code: (kopecks, kind) for code, kopecks, kind in SERVICES}


@dataclass(frozen=True, slots=True)
class Insured:
    """One policy, told by its number alone. `serves_from_on`: of the clinics' region; None where nobody chose it.
    `active`: days on which the programme was active, the last not included; None where it never was."""

    number: str
    born_on: date
    percent: int
    starts_on: date
    cancelled_on: date | None
    serves_from_on: date | None
    active: tuple[date, date] | None


@lru_cache(maxsize=POLICIES)
def insured(at: int) -> Insured:
    starts_on = date(2026, 1, 1) + timedelta(days=at % 60)
    return Insured(
        number=f"ONDL-{3_000_000 + at}",
        born_on=date(1950, 1, 1) + timedelta(days=at % 20_000),
        percent=PERCENTS[at % 3],
        starts_on=starts_on,
        cancelled_on=date(2026, 5, 1) if at % 50 == 7 else None,
        serves_from_on=None if at % 70 == 3 else date(2026, 5, 10) if at % 80 == 11 else starts_on,
        active=None if at % 40 == 5 else (starts_on, date(2026, 4, 1) if at % 60 == 9 else date(2030, 1, 1)),
    )


def day(of: date) -> str:
    return f"{of:%d.%m.%Y}"


def roubles(kopecks: int) -> str:
    return f"{kopecks // 100}.{kopecks % 100:02d}"


def rows(count: int, *, policies: int) -> Iterator[list[str]]:
    """So many lines, the same each time: visits of one to four services, a line in twenty with something wrong."""
    draw = random.Random(count)
    left = count
    while left:
        whose = insured(draw.randrange(policies))
        clinic = f"bench-{draw.randrange(CLINICS):02d}"
        on = FIRST_VISIT_ON + timedelta(days=draw.randrange(VISIT_DAYS))
        for code, kopecks, _kind in draw.sample(SERVICES, min(left, draw.randint(1, 4))):
            left -= 1
            quantity = 1 + (draw.random() < 0.2)
            row = [clinic, whose.number, day(whose.born_on), day(on), code, str(quantity), roubles(kopecks)]
            row.append(roubles(kopecks * quantity) if draw.random() < 0.7 else "")
            yield _spoilt(row, draw)
            if left and draw.random() < 0.01:
                left -= 1
                yield row


def _spoilt(row: list[str], draw: random.Random) -> list[str]:
    wrong = draw.random()
    if wrong < 0.01:
        row[1] = f"ONDL-{9_000_000 + draw.randrange(100_000)}"
    elif wrong < 0.02:
        row[2] = "01.01.1900"
    elif wrong < 0.025:
        row[3] = day(RECEIVED_ON + timedelta(days=1 + draw.randrange(20)))
    elif wrong < 0.03:
        row[4] = "A99.01.001"
    elif wrong < 0.04:
        row[6] = roubles(int(row[6].replace(".", "")) + 1)
    elif wrong < 0.045:
        row[7] = "1.00"
    elif wrong < 0.05:
        row[3] = "31.02.2026"
    return row


def text_file(count: int, *, policies: int) -> bytes:
    return "\n".join([HEADING, *(";".join(row) for row in rows(count, policies=policies))]).encode()


@dataclass(slots=True)
class Reckoned:
    """What a register must come to, in kopecks: of each row its outcome, the client's share and the insurer's part, and
    of each visit (policy's number, clinic, day) its charge."""

    lines: dict[int, tuple[str, int, int]]
    visits: dict[tuple[str, str, date], int]


def reckon(count: int, *, policies: int) -> Reckoned:
    """Slowly, policy by policy, a line at a time."""
    known = {one.number: one for one in map(insured, range(policies))}
    by_policy: dict[str, list[tuple[date, int, list[str]]]] = {}
    lines: dict[int, tuple[str, int, int]] = {}
    for number, row in enumerate(rows(count, policies=policies), start=2):
        try:
            on = datetime.strptime(row[3], "%d.%m.%Y").date()  # noqa: DTZ007 - a calendar date
        except ValueError:
            lines[number] = ("refused", 0, 0)
            continue
        by_policy.setdefault(row[1], []).append((on, number, row))
    visits: dict[tuple[str, str, date], int] = {}
    for policy_number, told in by_policy.items():
        spent, accepted = {"": 0}, set[tuple[str, date, str]]()
        for on, number, row in sorted(told):
            whose = known.get(policy_number)
            lines[number] = _one(whose, on, row, spent, accepted)
            outcome, share, _part = lines[number]
            if outcome == "accepted":
                visit = (policy_number, row[0], on)
                visits[visit] = visits.get(visit, 0) + share
    return Reckoned(lines, {visit: share for visit, share in visits.items() if share})


def _one(
    whose: Insured | None, on: date, row: list[str], spent: dict[str, int], accepted: set[tuple[str, date, str]]
) -> tuple[str, int, int]:
    clinic, _number, born, _on, code, quantity, price, total = row
    kopecks, times = int(price.replace(".", "")), int(quantity)
    whole = kopecks * times
    listed, kind = PRICES.get(code, (None, ""))
    if whose is None or born != day(whose.born_on) or on > RECEIVED_ON or listed is None or kopecks > listed:
        return "refused", 0, 0
    if (total and int(total.replace(".", "")) != whole) or (clinic, on, code) in accepted:
        return "refused", 0, 0
    exhausted = spent[""] >= SUM_INSURED or (kind == "physiotherapy" and spent.get(kind, 0) >= PHYSIOTHERAPY_LIMIT)
    if not kind or exhausted or not _insured_then(whose, clinic, on):
        return "not_covered", 0, 0
    accepted.add((clinic, on, code))
    spent[""] += whole
    spent[kind] = spent.get(kind, 0) + whole
    share = (whole * whose.percent * 2 + 100) // 200
    return "accepted", share, whole - share


def _insured_then(whose: Insured, clinic: str, on: date) -> bool:
    if on < whose.starts_on + timedelta(days=WAITING_DAYS):
        return False
    if whose.cancelled_on is not None and on >= whose.cancelled_on:
        return False
    if whose.serves_from_on is None or on < whose.serves_from_on:
        return False
    if whose.active is None or not whose.active[0] <= on < whose.active[1]:
        return False
    return not (clinic in ("bench-18", "bench-19") and on >= CLOSED_FROM)


def fill(policies: int) -> None:
    """Policies with their people, programmes and regions by COPY, and the network. Needs Django."""
    from zoneinfo import ZoneInfo

    from doctorlike.accounts.models import Person, User
    from doctorlike.clinics.models import Clinic, NetworkMembership, ServicePrice
    from doctorlike.copay.models import Enrolment, EnrolmentSpan
    from doctorlike.coverage.models import RegionSelection
    from doctorlike.kit.actors import Actor
    from doctorlike.kit.money import Money
    from doctorlike.kit.writes import copy_in
    from doctorlike.policies.models import Policy
    from doctorlike.products import commands as products
    from doctorlike.regions.models import Region

    by, at = Actor.system("bench"), datetime(2025, 12, 1, tzinfo=ZoneInfo("UTC"))
    moscow = ZoneInfo("Europe/Moscow")
    Region.objects.get_or_create(
        code="RU-SAM",
        defaults={
            "name": "Самарская область", "name_en": "Samara", "short_name": "Самарская", "federal_district": "volga",
            "zones": ["Europe/Samara"], "sort_key": "самарская",
        },
    )  # fmt: skip
    version_id = products.seed_demo_product(by=by, at=at)
    user = User.objects.create(email="bench@people.example", email_verified_at=at)
    for number in range(CLINICS):
        clinic = Clinic.objects.create(
            source_key=f"bench-{number:02d}", name=f"Клиника {number}", region_id="RU-SAM", address="Ленина, 1",
            zone="Europe/Moscow",
        )  # fmt: skip
        closed_on = CLOSED_FROM if number >= CLINICS - 2 else None
        NetworkMembership.objects.create(clinic=clinic, scope="regions", from_on=date(2025, 1, 1), to_on=closed_on)
        ServicePrice.objects.bulk_create(
            ServicePrice(
                clinic=clinic, service_code=code, service_name=f"Услуга {code}", price=Money.of_kopecks(kopecks),
                valid_from_on=date(2025, 1, 1),
            )
            for code, kopecks, _kind in SERVICES
        )  # fmt: skip

    def key(of: str, number: str) -> UUID:
        return uuid5(SPACE, f"{of}{number}")

    people = [insured(at_) for at_ in range(policies)]
    copy_in(
        Person,
        ("id", "surname", "given_name", "patronymic", "born_on", "sex", "created_at"),
        ((key("p", one.number), "Пробный", "Пётр", "", one.born_on, "male", at) for one in people),
    )
    copy_in(
        Policy,
        ("id", "number", "version_id", "policyholder_id", "insured_id", "contact_phone", "contact_email", "programme",
         "scope", "copay_percent", "starts_on", "ends_on", "premium", "concluded_at", "concluded_by", "cancelled_on"),
        (
            (key("c", one.number), one.number, version_id, key("p", one.number), key("p", one.number), "+79000000000",
             "bench@people.example", "polyclinic", "regions", one.percent, one.starts_on,
             one.starts_on.replace(year=2027), Money.of("9500.00"), at, str(by), one.cancelled_on)
            for one in people
        ),
    )  # fmt: skip
    enrolled = [one for one in people if one.active is not None]
    copy_in(
        Enrolment,
        ("id", "policy_id", "user_id", "consent_id", "needs_card", "state", "created_at", "activated_at", "changed_at"),
        (
            (key("e", one.number), key("c", one.number), user.pk, key("e", one.number), False, "active", at, at, at)
            for one in enrolled
        ),
    )
    copy_in(
        EnrolmentSpan,
        ("id", "enrolment_id", "starts_at", "ends_at"),
        (
            (key("s", one.number), key("e", one.number), *(
                datetime(on.year, on.month, on.day, tzinfo=moscow) for on in one.active or ()
            ))
            for one in enrolled
        ),
    )  # fmt: skip
    copy_in(
        RegionSelection,
        ("id", "policy_id", "region_id", "selected_at", "selected_by", "serves_from_on", "announced_at"),
        (
            (key("r", one.number), key("c", one.number), "RU-SAM", at, str(by), one.serves_from_on, at)
            for one in people
            if one.serves_from_on is not None
        ),
    )

"""Cases for the decision and its model: what is stored goes in as rows would, dates and instants on both sides of every
edge, clinics from Kaliningrad to Kamchatka."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from doctorlike.accounts.queries import PersonCard
from doctorlike.clinics.queries import Standing
from doctorlike.copay.queries import ActiveTimes
from doctorlike.coverage.queries import LimitBook
from doctorlike.coverage.queries.eligibility import CoverageBook, Learnt, facts_at_distance
from doctorlike.coverage.rules import Ask, decide, serves_from
from doctorlike.kit import clock
from doctorlike.kit.dates import Period
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.policies.queries import PolicyView
from doctorlike.products.demo import demo_terms
from doctorlike.products.rules import Benefit, Exclusion, Terms, normal_service_code
from tests.coverage.eligibility_model import CARE, LEFT_OUT, SUM_INSURED, Case

POLICY, CLINIC = new_id(), new_id()
SOMEBODY = PersonCard(new_id(), "Серова", "Анна", "", date(1990, 5, 4), "female")
PLACES = (
    ("RU-KGD", "Europe/Kaliningrad"),
    ("RU-MOW", "Europe/Moscow"),
    ("RU-MOS", "Europe/Moscow"),
    ("RU-SPE", "Europe/Moscow"),
    ("RU-LEN", "Europe/Moscow"),
    ("RU-SAM", "Europe/Samara"),
    ("RU-OMS", "Asia/Omsk"),
    ("RU-NVS", "Asia/Novosibirsk"),
    ("RU-SA", "Asia/Yakutsk"),
    ("RU-SA", "Asia/Srednekolymsk"),
    ("RU-PRI", "Asia/Vladivostok"),
    ("RU-KAM", "Asia/Kamchatka"),
)
SCOPES = ("moscow", "saint_petersburg", "regions", "russia")
OF_SCOPE = {"moscow": {"RU-MOW", "RU-MOS"}, "saint_petersburg": {"RU-SPE", "RU-LEN"}}
OTHERS = {region for region, _zone in PLACES} - OF_SCOPE["moscow"] - OF_SCOPE["saint_petersburg"]
SERVICES = (
    "B01.047.001",
    "В01.047.001",
    "b01.0470",
    "B01.063.001",
    "A05.23.009.001",
    "A06.30.005",
    "A06.09.005",
    "Z99",
)


@cache
def terms(waiting_days: int, telemed_waits: bool) -> Terms:
    """The demo's terms with the programme that the model knows."""
    programme = replace(
        demo_terms().programmes[0],
        code="known",
        benefits=tuple(
            Benefit(kind, kind, tuple(beginnings), Money.of(limit) if limit else None)
            for kind, (beginnings, limit) in CARE.items()
        ),
        exclusions=(Exclusion("left out", tuple(LEFT_OUT)),),
        sum_insured=Money.of(SUM_INSURED),
    )
    known = demo_terms().tariff
    base = {scope: {**prices, "known": next(iter(prices.values()))} for scope, prices in known.base.items()}
    return replace(
        demo_terms(),
        waiting_days=waiting_days,
        telemed_waits=telemed_waits,
        programmes=(*demo_terms().programmes, programme),
        tariff=replace(known, base=base),
    )


def asked(case: Case) -> list[tuple[str, date | None]]:
    """The product's answer: rows as they would be stored, gathered and decided."""
    policy = PolicyView(
        id=POLICY,
        number="ONDL-300001",
        version_id=POLICY,
        product_name="",
        terms=terms(case.waiting_days, case.telemed_waits),
        programme="known",
        programme_name="",
        scope=case.scope,
        copay_percent=30,
        period=Period.of_months(case.starts_on, 12),
        insured=SOMEBODY,
        policyholder=SOMEBODY,
        role="self",
        medical_open=True,
        premium=Money.of("9500.00"),
        concluded_at=datetime(2026, 1, 1, tzinfo=UTC),
        cancelled_on=case.cancelled_on + timedelta(days=1) if case.cancelled_on else None,
        contact_phone="",
        contact_email="",
        order_id=None,
    )
    if case.telemed:
        decision = decide(facts_at_distance(policy, case.visit_on))
    else:
        book = CoverageBook(stored(case, policy))
        decision = book.decide(Ask(POLICY, CLINIC, case.service, case.visit_on))
    return [(one.code.value, one.until_on) for one in decision.reasons]


def stored(case: Case, policy: PolicyView) -> Learnt:
    limits = LimitBook()
    for kind, day, roubles in case.spent:
        limits.of(POLICY).note(kind, Money.of(roubles), day)
    opens = {}
    if case.chosen_at is not None:
        opens[POLICY, case.region] = serves_from(clock.insurer_date(case.chosen_at), policy.period)
    return Learnt(
        policies={POLICY: policy},
        clinics={CLINIC: Standing(case.region, ZoneInfo(case.zone), case.serves)},
        enrolments={POLICY: ActiveTimes(case.active)},
        serves_from_on=opens,
        guarantees={(POLICY, CLINIC, normal_service_code(service), day) for service, day in case.guarantees},
        limits=limits,
    )


# Drawn as plain numbers: everything lies within days of the visit, so that most cases stand at some edge.
DAYS = st.integers(-2, 3)
HALF_HOURS = st.integers(-80, 80)
SECONDS = st.sampled_from((0, 0, -1))
BEGUN_DAYS_AGO = st.sampled_from((-3, -1, 0, 1, 13, 14, 15, 30, 90, 300, 364, 365, 366, 367))
DRAWN = st.fixed_dictionaries(
    {
        "telemed": st.integers(0, 3).map(lambda number: number == 3),
        "visit_on": st.dates(date(2028, 1, 1), date(2028, 4, 30)),  # a leap year's February among them
        "begun": BEGUN_DAYS_AGO,
        "scope": st.sampled_from(SCOPES),
        "waiting_days": st.sampled_from((0, 1, 14, 30)),
        "telemed_waits": st.booleans(),
        "cancelled": st.none() | DAYS,
        "turns": st.lists(st.tuples(HALF_HOURS, SECONDS), max_size=4, unique=True),
        "active_early": st.booleans(),
        "place": st.integers(0, len(PLACES) - 1),
        "in_scope": st.integers(0, 3).map(bool),
        "chosen": st.none() | st.tuples(HALF_HOURS, SECONDS),
        "serves": st.just([(True, -500, None)])
        | st.lists(st.tuples(st.booleans(), DAYS, st.none() | st.integers(0, 4)), max_size=2),
        "service": st.sampled_from(SERVICES),
        "spent": st.lists(
            st.tuples(st.sampled_from((*CARE, "")), DAYS, st.sampled_from((1, 29_999, 30_000, 70_000, 100_000))),
            max_size=2,
        ),
        "guarantee": st.none() | st.tuples(st.sampled_from(SERVICES), DAYS),
    }
)


def case_of(drawn: dict[str, Any]) -> Case:
    visit_on = drawn["visit_on"]

    def near(days: int) -> date:
        return visit_on + timedelta(days=days)

    def instant(half_hours: int, seconds: int) -> datetime:
        return datetime.combine(visit_on, time(), UTC) + timedelta(minutes=30 * half_hours, seconds=seconds)

    starts_on = near(-drawn["begun"])
    last_on = Period.of_months(starts_on, 12).last_day
    turns = sorted(
        {instant(*turn) for turn in drawn["turns"]} | {instant(-2000, 0) for _ in range(drawn["active_early"])}
    )
    places = [one for one in PLACES if not drawn["in_scope"] or one[0] in OF_SCOPE.get(drawn["scope"], OTHERS)]
    region, zone = places[drawn["place"] % len(places)]
    chooses = drawn["scope"] in ("regions", "russia")
    return Case(
        telemed=drawn["telemed"],
        visit_on=visit_on,
        scope=drawn["scope"],
        starts_on=starts_on,
        waiting_days=drawn["waiting_days"],
        telemed_waits=drawn["telemed_waits"],
        cancelled_on=None if drawn["cancelled"] is None else min(near(drawn["cancelled"]), last_on),
        active=tuple(zip_longest(turns[::2], turns[1::2])),
        region=region,
        zone=zone,
        chosen_at=instant(*drawn["chosen"]) if chooses and drawn["chosen"] else None,
        serves=tuple(
            (drawn["scope"] if same else "russia", near(days), None if held is None else near(days + held))
            for same, days, held in drawn["serves"]
        ),
        service=drawn["service"],
        spent=tuple((kind, near(days), roubles) for kind, days, roubles in drawn["spent"]),
        guarantees=() if drawn["guarantee"] is None else ((drawn["guarantee"][0], near(drawn["guarantee"][1])),),
    )


KAMCHATKA = Case(
    telemed=False,
    visit_on=date(2026, 3, 21),
    scope="regions",
    starts_on=date(2026, 1, 10),
    waiting_days=14,
    telemed_waits=True,
    cancelled_on=None,
    # 21 March, half past midnight in Kamchatka, is the afternoon of the 20th in Moscow.
    active=((datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 3, 20, 12, 30, tzinfo=UTC)),),
    region="RU-KAM",
    zone="Asia/Kamchatka",
    chosen_at=datetime(2026, 3, 20, 9, tzinfo=UTC),
    serves=(("regions", date(2026, 1, 1), None),),
    service="B01.047.001",
    spent=(),
    guarantees=(),
)

CASES = DRAWN.map(case_of)

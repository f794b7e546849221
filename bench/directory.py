"""`make bench-directory`: how fast clinics are found among a hundred thousand, and in spite of which mistakes.

Ours is the portal as `make run` starts it: 200 signed-in people whose policies hold in the whole country ask for pages
of the directory in all of its regions, 8 at once, first by words, then near a place. The limit is the same statements
of the same pages, all of them from session to cards, run by 8 clients through psycopg without the portal, in the same
run and in turn with it.

Assumed, and where the two differ:
- A hundred thousand clinics (`directory_world`), the real list of `TRIAL_DATA` among them; nobody writes meanwhile.
- What people type is told by `directory_words`: of ten searches five are usual ones (specialties, complaints, services,
  streets, common words that a third of all clinics have), three are names and streets of the real list as they are,
  one has a slip in it and one is typed in the other layout. Without the real list all are usual ones.
- Near a place means within a few kilometres of a clinic anywhere in the country; of four such searches one has a word.
- Searches are asked as a page asks them while somebody types or taps «Рядом со мной»: posted, and answered with what
  changes on the page.
- The statements are recorded from one request of each person through all middleware; the limit repeats them with their
  values, so it is asked for the same again and again, and reads no place from memory that ours does not.
- The generator runs on the same processors and takes its part of both figures.
- Times are of all rounds together; `share` is the median time of the statements alone ÷ that of ours, the lesser of
  the two kinds of search.
- Recall asks `clinics.queries.search`, which the page asks, for its first ten: for a clinic of that very name, or one
  that stands in that street.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import psycopg

from bench.directory_words import (
    FIRST,
    LAYOUTS,
    TYPOS,
    USUAL,
    Sought,
    in_the_other_layout,
    real_list,
    sought,
    with_a_slip,
)
from bench.harness import Measurement, interleaved, measurement, median, percentile, progress, run, time_share
from bench.load import Load, load, request

if TYPE_CHECKING:
    from bench.pages_people import Client
    from bench.pages_recording import Recording

CLINICS = 100_000
PEOPLE = 200
CLIENTS = 8
ROUNDS = 3
SECONDS = 5.0
KINDS = ("text", "near")
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Search:
    """One person's search: the page's statements and answer, and the form as it goes over the wire."""

    recording: Recording
    form: str


def main() -> None:
    """Fill, ask what is found, record, load in turn, tell."""
    with measurement("directory") as bench:
        bench.system.manage("seed_demo")
        rows = real_list(bench.trial_data)
        if rows and bench.trial_data:
            bench.system.manage("import_clinics", str(bench.trial_data / "clinics_moscow"))
        bench.enter_django("portal")
        people = filled(bench)
        bench.figures["rows"] = number_of_clinics()
        measure_recall(bench, rows)
        recordings = recorded(bench, people, rows)
        bench.system.start("portal")
        measure(bench, recordings)


def filled(bench: Measurement) -> list[Client]:
    """The clinics, and people to look for them."""
    from django.db import connection

    from bench.directory_world import hundred_thousand
    from bench.pages_people import insured_clients
    from doctorlike.clinics.models import Clinic
    from doctorlike.kit import clock

    at = clock.now()
    people = insured_clients(bench.scaled(PEOPLE, least=CLIENTS), at=at)
    hundred_thousand(bench.scaled(CLINICS) - Clinic.objects.count(), on=clock.insurer_date(at))
    connection.close_pool()
    return people


def number_of_clinics() -> int:
    from doctorlike.clinics.models import Clinic

    return Clinic.objects.count()


def measure_recall(bench: Measurement, rows: Sequence[tuple[str, str]]) -> None:
    """Of queries with one mistake, how many find what was meant among the first ten; `None` without the real list."""
    for key, full, spoil in (("typo_recall", TYPOS, with_a_slip), ("layout_recall", LAYOUTS, in_the_other_layout)):
        progress(f"{key} of {full} queries" if rows else f"{key} needs the real list")
        asked = sought(rows, full, spoil) if rows else []
        bench.figures[key] = round(sum(found(one) for one in asked) / len(asked), 4) if asked else None


def found(one: Sought) -> bool:
    from doctorlike.clinics import queries as clinics
    from doctorlike.clinics.queries import ClinicFilters
    from doctorlike.kit import clock

    filters = ClinicFilters(scope="russia", on=clock.today(), text=one.typed)
    first = clinics.search(filters, limit=FIRST).clinics
    return any(one.is_meant(clinic.name, clinic.address) for clinic in first)


def recorded(bench: Measurement, people: Sequence[Client], rows: Sequence[tuple[str, str]]) -> dict[str, list[Search]]:
    """A search of each kind by each person, one page and what it asks the database."""
    from django.db import connection
    from django.urls import reverse

    from bench.pages_recording import record_address

    progress("what their searches ask and answer")
    path = reverse("clinics:index")
    recordings = {}
    for kind, wishes in (("text", text_wishes(rows, len(people))), ("near", near_wishes(len(people)))):
        asked = [(person, typed(wish, person)) for person, wish in zip(people, wishes, strict=True)]
        record_address(path, people[0], typed=asked[0][1])  # what a process learns once is learnt by then
        recordings[kind] = [Search(record_address(path, one, typed=form), urlencode(form)) for one, form in asked]
    connection.close_pool()
    return recordings


def typed(wish: dict[str, Any], person: Client) -> dict[str, Any]:
    """The form filled in so, for the whole country."""
    from django.conf import settings

    from doctorlike.coverage.queries.directory import WHOLE_SCOPE

    return {"csrfmiddlewaretoken": person.cookies[settings.CSRF_COOKIE_NAME], "region": WHOLE_SCOPE, **wish}


def text_wishes(rows: Sequence[tuple[str, str]], number: int) -> list[dict[str, Any]]:
    """Five usual ones of ten, three from the real list as they are, one with a slip, one in the other layout."""
    draw = random.Random(10)
    usual = [{"q": draw.choice(USUAL)} for _ in range(number)]
    if not rows:
        return usual
    plain = sought(rows, number, lambda _draw, text: text)
    slips, layouts = sought(rows, number, with_a_slip), sought(rows, number, in_the_other_layout)
    tenth = [*[None] * 5, plain, plain, plain, slips, layouts]
    wishes = []
    for at, wish in enumerate(usual):
        source = tenth[at % len(tenth)]
        wishes.append(wish if source is None else {"q": source[at // 2].typed})
    return wishes


def near_wishes(number: int) -> list[dict[str, Any]]:
    """Within a few kilometres of clinics anywhere; every fourth with a word."""
    from doctorlike.clinics.models import Clinic

    draw = random.Random(11)
    places = list(
        Clinic.objects.filter(latitude__isnull=False).order_by("source_key").values_list("latitude", "longitude")
    )
    wishes = []
    for at in range(number):
        latitude, longitude = draw.choice(places)
        wish: dict[str, Any] = {
            "lat": round(latitude + draw.uniform(-0.03, 0.03), 3),
            "lon": round(longitude + draw.uniform(-0.03, 0.03), 3),
        }
        wishes.append(wish | ({"q": draw.choice(USUAL)} if at % 4 == 3 else {}))
    return wishes


def measure(bench: Measurement, recordings: dict[str, list[Search]]) -> None:
    """Fill in the times."""
    port, seconds = bench.system.port("portal"), max(0.5, SECONDS * bench.scale)
    contestants: dict[str, Callable[[], Load]] = {}
    for kind, some in recordings.items():
        requests = [as_sent(one, port) for one in some]
        rate(port, requests, seconds=0.5)  # every worker has its statements written by then
        contestants[f"{kind} ours"] = partial(rate, port, requests, seconds)
        contestants[f"{kind} sql"] = partial(
            statements_alone, bench.system.database_url, [one.recording for one in some], seconds
        )
    results = interleaved(contestants, rounds=ROUNDS)
    bench.limit = {}
    shares = []
    for kind in KINDS:
        ours, limit = (times(results[f"{kind} {whose}"]) for whose in ("ours", "sql"))
        bench.figures |= {
            f"{kind}_p50_ms": round(percentile(ours, 50), 2),
            f"{kind}_p99_ms": round(percentile(ours, 99), 2),
            f"{kind}_per_s": round(median(one.per_s for one in results[f"{kind} ours"]), 1),
            f"{kind}_queries": max(len(one.recording.statements) for one in recordings[kind]),
        }
        bench.limit[kind] = {"p50_ms": round(percentile(limit, 50), 2), "p99_ms": round(percentile(limit, 99), 2)}
        shares.append(time_share(percentile(ours, 50), percentile(limit, 50)))
        bench.figures[f"{kind}_share"] = round(shares[-1], 3)
    bench.figures["share"] = round(min(shares), 3)


def as_sent(search: Search, port: int) -> bytes:
    """The request of a browser."""
    said = {
        "Cookie": search.recording.cookie,
        "HX-Request": "true",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return request("POST", search.recording.path, port=port, headers=said, body=search.form.encode())


def times(loads: Sequence[Load]) -> list[float]:
    return [ms for one in loads for ms in one.times_ms]


def rate(port: int, requests: Sequence[bytes], seconds: float) -> Load:
    """So many seconds of load, each request another person's."""
    return load(
        port,
        lambda client, number: requests[(number * CLIENTS + client) % len(requests)],
        clients=CLIENTS,
        seconds=seconds,
    )


def statements_alone(database_url: str, recordings: Sequence[Recording], seconds: float) -> Load:
    """The same pages' statements, one client a connection, for so many seconds."""
    deadline = perf_counter() + seconds

    def keep_busy(client: int) -> list[float]:
        spent: list[float] = []
        with psycopg.connect(database_url, autocommit=True, prepare_threshold=None) as connection:
            cursor = psycopg.ClientCursor(connection)
            for number in count():
                begun = perf_counter()
                if begun >= deadline:
                    return spent
                for statement in recordings[(number * CLIENTS + client) % len(recordings)].statements:
                    cursor.execute(statement)
                    if cursor.description:
                        cursor.fetchall()
                spent.append((perf_counter() - begun) * 1000)
        return spent

    begun = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        spent = [ms for some in pool.map(keep_busy, range(CLIENTS)) for ms in some]
    return Load(tuple(spent), perf_counter() - begun, 0)


if __name__ == "__main__":
    run(main)

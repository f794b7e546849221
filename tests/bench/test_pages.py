"""The measurement of pages: its people meet real pages, and its limit does what it says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from psycopg_pool import ConnectionPool

from bench.pages import PAGES, limit_command, wire
from bench.pages_history import VISITS_EACH, years_of_care
from bench.pages_limit import read, serve
from bench.pages_people import REGIONS_EACH, Client, insured_clients
from bench.pages_recording import Recording, record, write
from doctorlike.care import queries as care
from doctorlike.copay import queries as copay
from doctorlike.copay.rules import ChargeState
from doctorlike.coverage import queries as coverage
from doctorlike.kit import clock
from doctorlike.policies import queries as policies

MOST_QUERIES = 12


@pytest.fixture
def clients(db: None, on_site: Any, settings: Any) -> list[Client]:
    on_site("portal")
    settings.DEMO = True
    call_command("seed_demo", verbosity=0)
    people = insured_clients(2, at=clock.now())
    years_of_care(people, at=clock.now())
    return people


def test_people_with_a_year_of_care_meet_their_own_pages(clients: list[Client]) -> None:
    for page in PAGES:
        recordings = [record(page, one) for one in clients]
        assert max(len(one.statements) for one in recordings) <= MOST_QUERIES, page
        if page != "shop":
            assert recordings[0].body != recordings[1].body, page
            assert any(
                str(clients[0].user_id.hex) in one or str(clients[0].user_id) in one for one in recordings[0].statements
            ), page
    assert clients[0].policy_number in record("home", clients[0]).body.decode()
    the_year_holds_what_it_says(clients[0])


def the_year_holds_what_it_says(one: Client) -> None:
    today = clock.today()
    policy = policies.policy_for(one.user_id, one.policy_id, on=today)
    assert len(coverage.regions_of(policy, today).chosen) == REGIONS_EACH
    encounters = care.encounters_of([one.policy_id])
    assert len(encounters) == VISITS_EACH
    charged = {charge.encounter_id: charge for charge in copay.charges_of([one.policy_id])}
    for encounter in encounters:
        assert encounter.share_total == charged[encounter.id].amount
        assert encounter.total == encounter.share_total + encounter.insurer_total
    assert {charge.state for charge in charged.values()} == {ChargeState.PAID, ChargeState.SCHEDULED}


RECORDED = Recording(
    page="home",
    path="/cabinet/?a=1",
    cookie="portal_session=abc; portal_csrf=def",
    statements=("select 1", "select 'Привет, 100 %'"),
    headers=(("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "3")),
    body="<p>Привет</p>".encode(),
)


@pytest.fixture
def pool(db: None) -> Iterator[ConnectionPool[Any]]:
    told = connection.get_connection_params()
    given = {name: told[name] for name in ("host", "port", "user", "password", "dbname") if told.get(name)}
    with ConnectionPool(
        kwargs={**given, "autocommit": True, "cursor_factory": psycopg.ClientCursor}, min_size=1, max_size=2, open=True
    ) as opened:
        yield opened


def answered(pool: ConnectionPool[Any], recordings: list[Recording], folder: Path) -> tuple[str, dict[str, str], bytes]:
    write(recordings, folder / "limit.jsonl")
    told: list[Any] = []
    asked = {"PATH_INFO": "/cabinet/", "QUERY_STRING": "a=1", "HTTP_COOKIE": "portal_session=abc; portal_csrf=def"}
    application = serve(read(folder / "limit.jsonl"), pool)
    body = b"".join(application(asked, lambda status, headers: told.extend((status, dict(headers)))))
    return told[0], told[1], body


def test_the_limit_sends_the_recorded_bytes(pool: ConnectionPool[Any], tmp_path: Path) -> None:
    status, headers, body = answered(pool, [RECORDED], tmp_path)
    assert (status, body) == ("200 OK", RECORDED.body)
    assert headers == {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(RECORDED.body))}


def test_the_limit_truly_asks_the_database(pool: ConnectionPool[Any], tmp_path: Path) -> None:
    wrong = Recording(**{**vars(RECORDED), "statements": ("select 1", "select nothing_of_that_name")})
    with pytest.raises(psycopg.errors.UndefinedColumn):
        answered(pool, [wrong], tmp_path)


def test_both_are_asked_the_same_over_the_wire() -> None:
    ours, limit = (wire(RECORDED, port).replace(b"Host: localhost:%d" % port, b"") for port in (1, 2))
    assert ours == limit
    assert b"GET /cabinet/?a=1 HTTP/1.1\r\n" in ours
    assert b"Cookie: portal_session=abc; portal_csrf=def" in ours


def test_the_limit_runs_on_the_portals_server() -> None:
    portal = ["python", "-m", "granian", "--port", "20000", "--workers", "2", "doctorlike.config.wsgi:application"]
    assert limit_command(portal, portal_port=20000, port=31000) == [
        *("python", "-m", "granian", "--port", "31000", "--workers", "2", "bench.pages_limit:application")
    ]

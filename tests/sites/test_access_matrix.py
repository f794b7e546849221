"""Every address of every site × everybody who may knock × with Anna's objects: nobody but her, and whoever serves her,
finds them, reads a word of hers or changes a row of hers. The addresses come from the URL configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatch

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from doctorlike.accounts.rules import Permission, Role, permissions_of
from doctorlike.kit import clock
from doctorlike.sites.access import Open
from tests.accounts.builders import sign_in
from tests.jobs import forget_jobs
from tests.sandbox.running import Sandbox
from tests.sandbox_process import TIME_LIMIT_SECONDS, sandbox_running  # noqa: F401 - a fixture
from tests.sites.matrix import cast
from tests.sites.matrix.addresses import addresses_of
from tests.sites.matrix.belongings import NOW, Things
from tests.sites.matrix.cast import World
from tests.sites.matrix.expected import (
    ELSEWHERE,
    ONLY_AT_TIMES,
    PARENT_OPENS,
    PAYER_OPENS,
    SAME_FOR_ALL,
    WORK,
    Meets,
    Whose,
    for_certain,
    meets,
    opens,
    row_of,
    serves,
    whose,
)
from tests.sites.matrix.marks import Kind
from tests.sites.matrix.round import METHODS, Round, fits, mixed, nearly
from tests.sites.matrix.variants import VARIANTS

pytestmark = pytest.mark.django_db
SITES = tuple(settings.URLCONFS)
EVERYBODY = ("stranger", "another_client", "parent", "payer", "closed", *(role.value for role in Role))
# At the portal these are clients like their colleagues.
AT_WORK_ELSEWHERE = tuple(sorted(ELSEWHERE))
EVERYBODY_EVERYWHERE = [
    (site, actor) for site in SITES for actor in (*EVERYBODY, *(AT_WORK_ELSEWHERE if site != "portal" else ()))
]
CLIENTS_SITES = ("portal", "telemed")
WITHOUT_MEDICAL = frozenset(Kind) - {Kind.MEDICAL}


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    sandbox_running: Sandbox,  # noqa: F811 - the fixture
) -> Iterator[World]:
    """Built once, in a transaction that is undone after the last test. Each test has a savepoint in it."""
    sandbox_running.web.post("/control/reset").raise_for_status()
    outside = override_settings(
        ACQUIRER_URL=f"{sandbox_running.url}/yookassa/v3",
        ACQUIRER_TIMEOUT_SECONDS=TIME_LIMIT_SECONDS,
        SMS_URL=f"{sandbox_running.url}/smsru",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=sandbox_running.smtp_port,
    )
    undone = transaction.atomic()
    # As Django marks those of its test cases, lest commands that must not run inside one refuse to.
    undone._from_testcase = True
    with django_db_blocker.unblock(), outside, clock.moved_to(NOW), undone:
        forget_jobs()
        yield cast.built(sandbox_running)
        transaction.set_rollback(True)


@pytest.mark.parametrize("site", SITES)
def test_every_argument_of_every_address_is_listed_with_an_object(world: World, site: str) -> None:
    missing = []
    for address in addresses_of(site):
        try:
            whose(address)
            address.filled(world.anna.value)
        except KeyError as unlisted:
            missing.append(f"{address.view}: {unlisted}")
    assert missing == []


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_its_own_work_and_no_other(role: Role) -> None:
    pages = [address for site in SITES for address in addresses_of(site)]
    guarded = [(address.view, row_of(address)) for address in pages]
    work = {view for view, row in guarded if isinstance(row, Permission) and row is not Permission.USE_ACCOUNT}
    may = {view for view, row in guarded if view in work and row in permissions_of([role])}
    assert may == {view for view in work if any(fnmatch(view, pattern) for pattern in WORK[role])}


def test_the_owner_gets_all_of_it(world: World, on_site: Callable[[str], None]) -> None:
    """And by each mark recognises hers somewhere, or the matrix would ask for nonsense."""
    asking = Round(world, "owner", world.anna)
    for site in SITES:
        on_site(site)
        asking.browser = world.browser("owner")
        for address in addresses_of(site):
            asking.expect(address, meets(address, asking.user, owns=True), strict=for_certain(address))
    asking.report()
    assert [word for words in asking.marks.values() for word in words if word not in asking.seen] == []


@pytest.mark.parametrize(("site", "actor"), EVERYBODY_EVERYWHERE)
def test_nobody_else_finds_reads_or_changes_annas(
    world: World, on_site: Callable[[str], None], site: str, actor: str
) -> None:
    on_site(site)
    asking = Round(world, actor, world.anna)
    for address in addresses_of(site):
        serving = serves(address, actor, asking.user)
        asking.expect(address, meets(address, asking.user, owns=serving), strict=serving and for_certain(address))
    asking.report()


@pytest.mark.parametrize("site", SITES)
def test_annas_objects_beside_ones_own_open_nothing(world: World, on_site: Callable[[str], None], site: str) -> None:
    """In an address of several arguments, and in the form of an own page."""
    on_site(site)
    asking = Round(world, "another_client", world.anna)
    for address in addresses_of(site):
        if meets(address, asking.user, owns=True) is not Meets.PAGE or Whose.CLIENTS not in whose(address):
            continue
        for path in mixed(address, world):
            for method in METHODS:
                asking.expect_one(address, method, Meets.NOTHING, path=path)
        own = address.filled(world.boris.value) if fits(address, world.boris) else ""
        for method, filled in VARIANTS.get(address.view, ()) if own else ():
            asking.expect_one(address, method, Meets.PAGE, filled(world.anna), path=own)
    asking.report()


@pytest.mark.parametrize(
    ("insured", "payer", "may_open"), [("teenager", "parent", PARENT_OPENS), ("vera", "payer", PAYER_OPENS)]
)
@pytest.mark.parametrize("site", CLIENTS_SITES)
def test_who_pays_sees_the_contract_and_its_money_only(
    world: World, on_site: Callable[[str], None], site: str, insured: str, payer: str, may_open: tuple[str, ...]
) -> None:
    on_site(site)
    things: Things = getattr(world, insured)
    stranger, paying, own = (Round(world, name, things) for name in ("another_client", payer, insured))
    for address in addresses_of(site):
        if Whose.CLIENTS not in whose(address) or not fits(address, things) or address.view in SAME_FOR_ALL:
            continue
        shown, certain = meets(address, own.user, owns=True), not opens(ONLY_AT_TIMES, address)
        stranger.expect(address, meets(address, stranger.user, owns=False), strict=False)
        if shown is Meets.PAGE and opens(may_open, address):
            paying.expect(address, Meets.PAGE, strict=certain, allowed=WITHOUT_MEDICAL)
        else:
            paying.expect(address, meets(address, paying.user, owns=False), strict=False)
            own.expect(address, shown, strict=certain, allowed=frozenset(Kind))
    for one in (stranger, paying, own):
        one.report()


def test_a_talk_that_is_over_is_read_by_its_doctor_for_the_record(world: World, on_site: Callable[[str], None]) -> None:
    on_site("telemed")
    asking = Round(world, "doctor", world.anna)
    ended = world.anna.by_view["archive"]["consultation_id"]
    noted = []
    for address in addresses_of("telemed"):
        if address.view in ("doctor:room", "room:talk"):
            answer = asking.ask(address, "get", path=address.filled(lambda _view, _argument: ended))
            noted.append((world.anna.owner.secret in answer.text, answer.in_the_trail))
    assert noted == [(True, True)] * 2


def test_a_secret_that_is_not_quite_it_opens_nothing(world: World, on_site: Callable[[str], None]) -> None:
    on_site("portal")
    for actor in ("stranger", "another_client"):
        asking = Round(world, actor, world.anna)
        for address in addresses_of("portal"):
            if Whose.SECRET in whose(address):
                at_the_door = meets(address, asking.user, owns=False) is Meets.DOOR
                for method in METHODS:
                    want = Meets.DOOR if at_the_door else Meets.NOTHING
                    asking.expect_one(address, method, want, path=address.filled(nearly(world.anna)))
        asking.report()


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_nobody_works_without_a_second_proof(world: World, on_site: Callable[[str], None], role: str) -> None:
    """By the code from the mailbox alone not one page opens, at work or in the account."""
    email = world.users[role].email or ""
    for site in ("staff", "portal"):
        on_site(site)
        door = Client()
        assert sign_in(door, email, to=email) == "/signin/setup/"
        asking = Round(world, "stranger", world.anna)
        asking.browser.cookies.update(door.cookies)
        for address in addresses_of(site):
            if row_of(address) is not Open.PUBLIC:
                asking.expect_one(address, "get", Meets.DOOR)
        asking.report()

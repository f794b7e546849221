"""The life of a list: its states, whose columns are known, who leaves with it, why it cannot always be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from doctorlike.appointments.models import Doctor
from doctorlike.clinics import commands, queries
from doctorlike.clinics.errors import MappingLacksError, NothingToApplyError, RowNotMendedError, RunRefusedError
from doctorlike.clinics.models import Clinic, ImportRun, NetworkMembership
from doctorlike.clinics.queries import RunView
from doctorlike.clinics.rules import (
    TRANSITIONS,
    Absent,
    ListKind,
    Outcome,
    RunEvent,
    RunState,
    find_heading,
    guess,
    next_run_state,
)
from doctorlike.kit import storage
from doctorlike.kit.actors import Actor
from doctorlike.regions import commands as regions

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
TODAY, APRIL = date(2026, 3, 1), date(2026, 4, 1)
BY = Actor.system("tests")
HEADING = "clinic,address,phone\n"
MAK = 'ООО «Мак»,"г Москва, ул Садовая, д.1",84950000001\n'
LEN = 'ООО «Лён»,"г Москва, ул Садовая, д.2",84950000002\n'
VOLGA = 'ООО «Волга»,"Самарская обл, г Самара, ул Садовая, д.3",88460000003\n'
COLUMNS = {"clinic": "clinic", "address": "address", "phone": "phone"}


@pytest.mark.parametrize(("state", "event"), list(product(RunState, RunEvent)))
def test_every_state_knows_what_may_happen_to_it(state: RunState, event: RunEvent) -> None:
    if (state, event) in TRANSITIONS:
        assert next_run_state(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(RunRefusedError):
            next_run_state(state, event)


def test_a_list_that_is_over_comes_back_by_no_event() -> None:
    reached = {after for (before, _event), after in TRANSITIONS.items() if before is RunState.TAKEN_BACK}
    assert reached == {RunState.TAKEN_BACK}


@pytest.mark.parametrize(
    ("columns", "guessed"),
    [
        (["clinic", "address", "phone"], {"clinic": "clinic", "address": "address", "phone": "phone"}),
        (
            ["№ п/п", "Наименование ЛПУ", "Фактический адрес", "Контактный телефон", "Режим работы"],
            {
                "clinic": "Наименование ЛПУ",
                "address": "Фактический адрес",
                "phone": "Контактный телефон",
                "hours": "Режим работы",
            },
        ),
        (["Адрес", "Адрес сайта", "Клиника"], {"address": "Адрес", "website": "Адрес сайта", "clinic": "Клиника"}),
        (["Первое", "Второе"], {}),
    ],
)
def test_columns_are_guessed_by_their_names(columns: list[str], guessed: Mapping[str, str]) -> None:
    assert guess(ListKind.CLINICS, columns) == guessed


def test_a_heading_is_the_same_in_any_order_of_its_columns() -> None:
    one = find_heading([(1, ["Адрес", "Клиника"])], ListKind.CLINICS)
    other = find_heading([(3, ["Клиника", "адрес "])], ListKind.CLINICS)
    assert one.fingerprint == other.fingerprint
    assert find_heading([(1, ["Всё о сети"]), (2, ["x", "y", "z"])], ListKind.CLINICS).row_number == 2


@pytest.fixture
def known(db: None) -> None:
    regions.load_shipped_regions(by=BY, at=NOW)


def read(rows: str, source: str = "Сеть", scopes: tuple[str, ...] = ()) -> RunView:
    content = (HEADING + rows).encode()
    received = commands.receive_list(kind=ListKind.CLINICS, content=content, file_name="l.csv", by=BY, at=NOW)
    commands.name_columns(run_id=received.run_id, columns=COLUMNS, source=source, scopes=scopes, by=BY, at=NOW)
    commands.read_list(run_id=received.run_id, by=BY, at=NOW)
    return queries.run(received.run_id)


def applied(rows: str, absent: Absent = Absent.LEAVE, **more: Any) -> UUID:
    run = read(rows, **more)
    commands.ask_to_apply(run_id=run.id, absent=absent, absent_on=APRIL, by=BY, at=NOW)
    commands.apply_list(run_id=run.id, by=BY, at=NOW)
    return run.id


def taken_back(run_id: UUID) -> RunView:
    commands.ask_to_take_back(run_id=run_id, by=BY, at=NOW)
    commands.take_back_list(run_id=run_id, by=BY, at=NOW)
    return queries.run(run_id)


def leaving() -> set[str]:
    return set(NetworkMembership.objects.filter(to_on=APRIL).values_list("clinic__name", flat=True))


def test_the_file_is_kept_encrypted_and_whole(known: None) -> None:
    read(MAK)
    key = ImportRun.objects.get().file_key
    assert storage.read(key) == (HEADING + MAK).encode()


def test_the_same_list_may_come_again_after_another(known: None) -> None:
    first = applied(MAK)
    content = (HEADING + MAK).encode()
    again = {"kind": ListKind.CLINICS, "content": content, "file_name": "l.csv", "by": BY, "at": NOW}
    assert commands.receive_list(**again).run_id == first
    applied(MAK.replace("0001", "0009"))
    later = commands.receive_list(**again)
    assert (later.repeated, later.recognised) == (False, True)


def test_what_a_list_has_no_column_for_stays(known: None) -> None:
    applied(MAK)
    content = 'clinic,address,website\nООО «Мак»,"г Москва, ул Садовая, д.1",mak.example\n'.encode()
    commands.import_clinics(content=content, file_name="l.csv", by=BY, at=NOW)
    clinic = Clinic.objects.get()
    assert (clinic.phones, clinic.website) == ([["+74950000001", ""]], "https://mak.example")


def test_what_cannot_be_read_does_not_replace_what_is_known(known: None) -> None:
    applied(MAK)
    run = read(MAK.replace("84950000001", "12"))
    assert run.counts[Outcome.SAME] == 1
    assert queries.list_row(run.id, 2).remarks[0].column == "phone"


def test_a_point_of_another_country_is_left_out_with_a_remark(known: None) -> None:
    rows = "".join(
        f'Клиника {n},"г Москва, ул Садовая, д.{n}",{latitude},{longitude}\n'
        for n, (latitude, longitude) in enumerate([(55.75, 37.62), (48.85, 2.35), (60.17, 24.94), (59.94, 30.31)])
    )
    content = f"clinic,address,latitude,longitude\n{rows}".encode()
    report = commands.import_clinics(content=content, file_name="l.csv", by=BY, at=NOW)
    remarked = [[remark.text.split(":")[0] for remark in row.remarks] for row in report.rows]
    far = "точка далеко от региона адреса"
    assert remarked == [[], ["точка не в России"], [far], [far]]
    assert Clinic.objects.filter(latitude__isnull=False).count() == 1


def test_only_those_who_were_in_earlier_lists_of_the_source_leave_with_it(known: None) -> None:
    applied(MAK + LEN)
    applied(VOLGA, source="Другая сеть")
    applied(MAK, Absent.OF_SOURCE)
    assert leaving() == {"ООО «Лён»"}


def test_all_of_the_lists_regions_leave_when_told_so_but_not_other_regions(known: None) -> None:
    applied(MAK + LEN + VOLGA, source="Другая сеть")
    applied(MAK, Absent.OF_REGIONS)
    assert leaving() == {"ООО «Лён»"}


def test_a_refused_row_does_not_send_its_clinic_away(known: None) -> None:
    applied(MAK + LEN)
    applied(MAK + LEN.replace("г Москва", "г Китеж"), Absent.OF_SOURCE)
    assert leaving() == set()


def test_taken_back_those_who_left_are_back_and_the_changed_as_before(known: None) -> None:
    applied(MAK + LEN)
    before = list(Clinic.objects.order_by("pk").values())
    members = sorted(NetworkMembership.objects.values_list("clinic", "scope", "from_on", "to_on"))
    run_id = applied(MAK.replace("0001", "0009") + VOLGA, Absent.OF_SOURCE)
    assert leaving() == {"ООО «Лён»"}
    assert taken_back(run_id).state == "taken_back"
    assert list(Clinic.objects.order_by("pk").values()) == before
    assert sorted(NetworkMembership.objects.values_list("clinic", "scope", "from_on", "to_on")) == members


def test_a_list_is_kept_when_its_new_clinic_is_in_use(known: None) -> None:
    run_id = applied(MAK + LEN)
    clinic = Clinic.objects.get(name="ООО «Мак»")
    Doctor.objects.create(clinic=clinic, full_name="Старшова", specialty_code="therapist", service_code="B01.047.001")
    run = taken_back(run_id)
    assert run.state == "applied"
    assert "уже пользуются" in run.problem
    assert "ООО «Мак»" in run.problem
    assert Clinic.objects.count() == 2


def test_a_list_is_kept_when_a_later_one_changed_what_it_wrote(known: None) -> None:
    first = applied(MAK)
    second = applied(MAK.replace("0001", "0009"))
    assert "изменили клиники" in taken_back(first).problem
    assert taken_back(second).state == "taken_back"
    assert taken_back(first).state == "taken_back"
    assert not Clinic.objects.exists()


def test_what_is_stored_when_it_is_applied_counts_not_when_it_was_read(known: None) -> None:
    run = read(MAK)
    assert run.counts[Outcome.ADDED] == 1
    commands.import_clinics(content=(HEADING + MAK).encode(), file_name="other.csv", by=BY, at=NOW)
    commands.ask_to_apply(run_id=run.id, by=BY, at=NOW)
    commands.apply_list(run_id=run.id, by=BY, at=NOW)
    assert queries.run(run.id).counts[Outcome.SAME] == 1
    assert taken_back(run.id).state == "taken_back"
    assert Clinic.objects.count() == 1


def test_jobs_that_run_twice_change_nothing_more(known: None) -> None:
    run_id = applied(MAK)
    before = list(NetworkMembership.objects.values())
    commands.apply_list(run_id=run_id, by=BY, at=NOW)
    commands.read_list(run_id=run_id, by=BY, at=NOW)
    assert list(NetworkMembership.objects.values()) == before
    taken_back(run_id)
    commands.take_back_list(run_id=run_id, by=BY, at=NOW)
    commands.apply_list(run_id=run_id, by=BY, at=NOW)
    assert not Clinic.objects.exists()


def test_what_lacks_columns_or_rows_is_not_gone_on_with(known: None) -> None:
    run = read(MAK.replace("г Москва", "г Китеж"))
    with pytest.raises(NothingToApplyError):
        commands.ask_to_apply(run_id=run.id, by=BY, at=NOW)
    with pytest.raises(MappingLacksError, match="Адрес"):
        commands.name_columns(run_id=run.id, columns={"clinic": "clinic"}, source="", by=BY, at=NOW)
    with pytest.raises(RunRefusedError):
        commands.ask_to_take_back(run_id=taken_back(applied(LEN)).id, by=BY, at=NOW)


def test_a_row_is_not_mended_into_one_that_is_there(known: None) -> None:
    run = read(MAK + LEN.replace("г Москва", "г Китеж"))
    with pytest.raises(RowNotMendedError) as refusal:
        commands.mend_row(
            run_id=run.id,
            row_number=3,
            cells={"clinic": "ООО «Мак»", "address": "г Москва, ул Садовая, д.1"},
            by=BY,
            at=NOW,
        )
    assert "строка 2" in refusal.value.facts["remarks"][0].text


def test_a_row_mended_twice_is_taken_back_to_what_was_before_the_list(known: None) -> None:
    applied(MAK)
    run_id = applied(MAK.replace("0001", "0002"))
    for phone in ("84950000003", "84950000004"):
        commands.mend_row(run_id=run_id, row_number=2, cells={"phone": phone}, by=BY, at=NOW)
    assert Clinic.objects.get().phones == [["+74950000004", ""]]
    assert taken_back(run_id).state == "taken_back"
    assert Clinic.objects.get().phones == [["+74950000001", ""]]


def test_a_row_that_was_written_is_not_turned_into_another_clinic(known: None) -> None:
    run_id = applied(MAK.replace("84950000001", "12"))
    cells = {"clinic": "ООО «Пион»"}
    with pytest.raises(RowNotMendedError):
        commands.mend_row(run_id=run_id, row_number=2, cells=cells, by=BY, at=NOW)
    assert taken_back(run_id).state == "taken_back"
    assert not Clinic.objects.exists()
    with pytest.raises(RunRefusedError):
        commands.mend_row(run_id=run_id, row_number=2, cells=cells, by=BY, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_the_same_file_sent_twice_at_once_is_here_once() -> None:
    regions.load_shipped_regions(by=BY, at=NOW)

    def send(_number: int) -> bool:
        try:
            content = (HEADING + MAK).encode()
            return commands.receive_list(
                kind=ListKind.CLINICS, content=content, file_name="l.csv", by=BY, at=NOW
            ).repeated
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(send, range(4))) == [False, True, True, True]
    assert ImportRun.objects.count() == 1

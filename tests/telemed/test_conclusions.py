"""Writing and signing a conclusion on a real database: drafts of two devices, notes, addenda, МКБ-10, past ones."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, connections, transaction
from django.db.utils import InternalError, ProgrammingError

from doctorlike.accounts.models import EsiaLink, User
from doctorlike.audit.models import Entry
from doctorlike.documents import queries as documents
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.telemed import commands, queries
from doctorlike.telemed.commands import Saved
from doctorlike.telemed.errors import (
    DiagnosisNotEarlierError,
    DraftChangedError,
    EmptyAddendumError,
    EmptyConclusionError,
    EmptyTemplateError,
    UnknownDiagnosisError,
    UnknownReferralError,
    UnreadableClassificationError,
    WrongStepError,
)
from doctorlike.telemed.models import Conclusion, ConclusionDraft
from tests.jobs import run_jobs
from tests.journeys import pdf
from tests.policies.builders import ANNA, BORIS, BY, MITYA, account, policy
from tests.telemed.test_consultations import NOW, ask, doctor, insured, take

pytestmark = pytest.mark.django_db
HEAD = "ID;REC_CODE;MKB_CODE;MKB_NAME;ID_PARENT;ADDL_CODE;ACTUAL;DATE\n"
ASTHMA = '1;01;"J45.0";"Астма с преобладанием аллергического компонента";;;1;\n'
OLD = '2;02;"J46";"Астматический статус";;;0;\n'
BLOCK = '3;03;"J40-J47";"Хронические болезни";;;1;\n'
WORDS = {"complaints": "Болит горло", "recommendations": "Тёплое питьё"}


def with_anna() -> tuple[UUID, UUID, UUID]:
    """Vera is with Anna: consultation, doctor, policy."""
    anna, policy_id = insured(ANNA)
    vera = doctor("vera")
    consultation_id = ask(anna, policy_id)
    assert take(vera) == consultation_id
    return consultation_id, vera, policy_id


def write(
    consultation_id: UUID, doctor_id: UUID, *, version: int = 0, page: UUID | None = None, notes: str | None = None,
    minutes: int = 0, **parts: str,
) -> Saved:  # fmt: skip
    return commands.save_draft(
        consultation_id=consultation_id,
        doctor_user_id=doctor_id,
        parts=parts or WORDS,
        notes=notes,
        version=version,
        page=page or uuid4(),
        by=Actor.staff(doctor_id),
        at=NOW + timedelta(minutes=minutes),
    )


def sign(consultation_id: UUID, doctor_id: UUID, version: int) -> None:
    commands.sign_draft(
        consultation_id=consultation_id, doctor_user_id=doctor_id, version=version, by=Actor.staff(doctor_id), at=NOW
    )


def signed(consultation_id: UUID, doctor_id: UUID, **more: str) -> None:
    sign(consultation_id, doctor_id, write(consultation_id, doctor_id, **{**WORDS, **more}).version)


def add(consultation_id: UUID, doctor_id: UUID, text: str) -> int:
    return commands.sign_addendum(
        consultation_id=consultation_id, doctor_user_id=doctor_id, text=text, by=Actor.staff(doctor_id), at=NOW
    )


def load(*lines: str) -> commands.ClassificationReport:
    return commands.import_icd10(content=(HEAD + "".join(lines)).encode(), by=BY, at=NOW)


def words_of(consultation_id: UUID) -> dict[str, str]:
    """The words of each paper about a consultation, by its kind."""
    papers = documents.documents_of("consultation", consultation_id)
    return {one.kind: pdf.words(documents.read_pdf(one.id)[1]) for one in papers}


def test_a_draft_survives_and_the_second_device_goes_on_with_it() -> None:
    consultation_id, vera, _policy = with_anna()
    saved = write(consultation_id, vera, complaints="Болит гор")
    assert saved == Saved(1, None)
    seen = queries.draft_of(consultation_id, vera)
    assert (seen.parts["complaints"], seen.version) == ("Болит гор", 1)
    assert write(consultation_id, vera, version=1, complaints="Болит горло") == Saved(2, None)


def test_the_last_writing_wins_and_is_told_of_the_other_device() -> None:
    consultation_id, vera, _policy = with_anna()
    at_home, on_phone = uuid4(), uuid4()
    write(consultation_id, vera, page=at_home, complaints="Дома")
    write(consultation_id, vera, version=1, page=on_phone, minutes=2, complaints="С телефона")
    late = write(consultation_id, vera, version=1, page=at_home, minutes=3, complaints="Снова дома")
    assert late == Saved(3, NOW + timedelta(minutes=2))
    assert queries.draft_of(consultation_id, vera).parts["complaints"] == "Снова дома"
    # Its own writing that it has not heard of yet (a closing page) is nobody else's.
    assert write(consultation_id, vera, version=2, page=at_home, minutes=4).overwritten_at is None


def test_what_is_signed_is_what_was_read() -> None:
    consultation_id, vera, policy_id = with_anna()
    read = write(consultation_id, vera)
    write(consultation_id, vera, version=read.version, complaints="Другое", recommendations="Другое")
    with pytest.raises(DraftChangedError):
        sign(consultation_id, vera, read.version)
    sign(consultation_id, vera, read.version + 1)
    conclusion = queries.archived(consultation_id, [policy_id]).conclusion
    assert conclusion is not None
    assert conclusion.complaints == "Другое"
    assert not ConclusionDraft.objects.exists()
    with pytest.raises(WrongStepError):
        sign(consultation_id, vera, read.version + 1)
    with pytest.raises(WrongStepError):
        write(consultation_id, vera)


def test_nothing_is_signed_that_was_not_written() -> None:
    consultation_id, vera, _policy = with_anna()
    with pytest.raises(DraftChangedError):
        sign(consultation_id, vera, 0)
    with pytest.raises(EmptyConclusionError):
        sign(consultation_id, vera, write(consultation_id, vera, complaints="Кашель").version)


def test_nobody_else_writes_reads_or_signs_it() -> None:
    consultation_id, vera, _policy = with_anna()
    saved = write(consultation_id, vera, notes="Проверить давление")
    other = doctor("olga")
    for deed in (
        lambda: write(consultation_id, other),
        lambda: sign(consultation_id, other, saved.version),
        lambda: add(consultation_id, other, "Ещё"),
        lambda: commands.save_notes(consultation_id=consultation_id, doctor_user_id=other, notes="Моё", by=BY, at=NOW),
    ):
        with pytest.raises(NotFoundError):
            deed()
    assert queries.draft_of(consultation_id, other) == queries.Draft({}, 0, None, "")


def test_private_notes_are_the_doctors_alone() -> None:
    consultation_id, vera, policy_id = with_anna()
    write(consultation_id, vera, notes="Тревожная, перезвонить")
    signed(consultation_id, vera)
    run_jobs()
    assert queries.draft_of(consultation_id, vera).notes == "Тревожная, перезвонить"
    assert "Тревожная" not in str(queries.talks_of([policy_id]))
    assert "Тревожная" not in str(words_of(consultation_id))
    assert queries.search_archive([policy_id], "тревожная") == []


def test_what_is_written_cannot_be_read_in_the_database() -> None:
    consultation_id, vera, _policy = with_anna()
    write(consultation_id, vera, notes="Болит горло")
    commands.keep_own_template(doctor_user_id=vera, title="Ангина", parts=WORDS, by=BY, at=NOW)
    with connection.cursor() as cursor:
        for column, table in (("parts", "conclusiondraft"), ("text", "privatenote"), ("parts", "conclusiontemplate")):
            cursor.execute(f"select {column} from telemed_{table}")  # noqa: S608 - names of the test
            assert "горло".encode() not in bytes(cursor.fetchone()[0])


def test_an_earlier_diagnosis_stands_in_the_paper_with_its_day_and_place() -> None:
    load(ASTHMA)
    consultation_id, vera, policy_id = with_anna()
    signed(consultation_id, vera, diagnosis_code="j45.0", diagnosis_on="2025-11-20", diagnosis_where="Клиника Лотос")
    run_jobs()
    conclusion = queries.archived(consultation_id, [policy_id]).conclusion
    assert conclusion is not None
    assert conclusion.diagnosis is not None
    assert (conclusion.diagnosis.code, conclusion.diagnosis.made_on) == ("J45.0", date(2025, 11, 20))
    told = words_of(consultation_id)["conclusion"]
    for words in ("J45.0", "20.11.2025", "Клиника Лотос", "телемедицинских технологий", "Первичный диагноз"):
        assert words in told


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"diagnosis_code": "J45.0"}, DiagnosisNotEarlierError),
        ({"diagnosis_code": "J45.0", "diagnosis_on": "2026-04-01", "diagnosis_where": "Тут"}, DiagnosisNotEarlierError),
        ({"diagnosis_code": "J46", "diagnosis_on": "2025-01-01", "diagnosis_where": "Тут"}, UnknownDiagnosisError),
        ({"diagnosis_code": "астма", "diagnosis_on": "2025-01-01", "diagnosis_where": "Т"}, UnknownDiagnosisError),
        ({"referral": "astrologer"}, UnknownReferralError),
    ],
)
def test_what_must_not_be_signed_is_refused_and_the_draft_stays(
    more: dict[str, str], refusal: type[DomainError]
) -> None:
    load(ASTHMA, OLD)
    consultation_id, vera, _policy = with_anna()
    with pytest.raises(refusal), transaction.atomic():
        signed(consultation_id, vera, **more)
    assert not Conclusion.objects.exists()
    assert queries.room(consultation_id, vera, on=NOW.date()).card.state == "taken"


def test_the_paper_tells_how_the_patient_was_identified() -> None:
    consultation_id, vera, _policy = with_anna()
    EsiaLink.objects.create(user=User.objects.get(phone=ANNA.phone), oid_digest="d" * 64, joined_at=NOW)
    signed(consultation_id, vera)
    run_jobs()
    assert "через ЕСИА" in words_of(consultation_id)["conclusion"]


def test_a_childs_paper_names_the_adult_who_took_part() -> None:
    policy_id = policy(MITYA, ANNA)
    anna = account(ANNA)
    consultation_id, vera = ask(anna, policy_id), doctor("vera")
    take(vera)
    signed(consultation_id, vera)
    run_jobs()
    told = words_of(consultation_id)["conclusion"]
    assert "Серова" in told
    assert "без ЕСИА" in told


def test_a_signed_conclusion_changes_by_addenda_only() -> None:
    consultation_id, vera, policy_id = with_anna()
    with pytest.raises(NotFoundError):
        add(consultation_id, vera, "Рано")
    signed(consultation_id, vera)
    run_jobs()
    before = words_of(consultation_id)["conclusion"]
    assert [add(consultation_id, vera, text) for text in ("Пить больше", "Пить больше", "Сдать кровь")] == [1, 1, 2]
    with pytest.raises(EmptyAddendumError):
        add(consultation_id, vera, "  ")
    run_jobs()
    told = words_of(consultation_id)
    assert told["conclusion"] == before
    assert "Пить больше" in told["addendum-1"]
    assert "Сдать кровь" in told["addendum-2"]
    conclusion = queries.archived(consultation_id, [policy_id]).conclusion
    assert conclusion is not None
    assert [(one.number, one.document_id is not None) for one in conclusion.addenda] == [(1, True), (2, True)]
    with pytest.raises((IntegrityError, InternalError, ProgrammingError)), transaction.atomic():
        Conclusion.objects.filter(pk=consultation_id).delete()


def test_making_an_addendums_paper_twice_makes_one() -> None:
    consultation_id, vera, policy_id = with_anna()
    signed(consultation_id, vera)
    add(consultation_id, vera, "Пить больше")
    conclusion = queries.archived(consultation_id, [policy_id]).conclusion
    assert conclusion is not None
    for _time in range(2):
        commands.make_addendum_pdf(addendum_id=conclusion.addenda[0].id, by=BY)
    assert [one.revision for one in documents.documents_of("consultation", consultation_id)] == [1]


def test_templates_are_the_houses_for_the_speciality_and_the_doctors_own() -> None:
    vera, olga = doctor("vera"), doctor("olga")
    for speciality, title in (("", "Общий"), ("Терапевт", "ОРВИ"), ("Педиатр", "Колики")):
        commands.keep_house_template(speciality=speciality, title=title, parts=WORDS, by=BY, at=NOW)
    own = commands.keep_own_template(doctor_user_id=vera, title="Свой", parts=WORDS, by=BY, at=NOW)
    assert [one.title for one in queries.templates_for(vera)] == ["Свой", "ОРВИ", "Общий"]
    assert [one.title for one in queries.templates_for(olga)] == ["ОРВИ", "Общий"]
    again = commands.keep_own_template(doctor_user_id=vera, title="Свой", parts={"history": "Нет"}, by=BY, at=NOW)
    assert again == own
    filled = commands.insert_template(template_id=own, doctor_user_id=vera, parts={"history": "Давно"})
    assert filled["history"] == "Давно\nНет"
    with pytest.raises(NotFoundError):
        commands.insert_template(template_id=own, doctor_user_id=olga, parts={})
    with pytest.raises(NotFoundError):
        commands.forget_own_template(template_id=own, doctor_user_id=olga, by=BY, at=NOW)
    commands.forget_own_template(template_id=own, doctor_user_id=vera, by=BY, at=NOW)
    with pytest.raises(EmptyTemplateError):
        commands.keep_own_template(doctor_user_id=vera, title=" ", parts=WORDS, by=BY, at=NOW)


def test_templates_of_the_house_come_from_a_file(tmp_path: Path) -> None:
    vera, path = doctor("vera"), tmp_path / "templates.json"
    path.write_text('[{"title": "ОРВИ", "speciality": "Терапевт", "history": "Нет"}]', encoding="utf-8")
    for _time in range(2):
        call_command("import_conclusion_templates", str(path), stdout=StringIO())
    assert [one.title for one in queries.templates_for(vera)] == ["ОРВИ"]
    for content in ("{", "{}", '[{"title": 1}]', '[{"title": "ОРВИ"}]', '[{"title": "А", "notes": "Б"}]'):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(CommandError):
            call_command("import_conclusion_templates", str(path))


def test_the_classification_is_taken_over_again_and_again() -> None:
    report = load(ASTHMA, OLD, BLOCK)
    assert (report.rows, report.added, report.changed, report.closed, report.gone) == (3, 3, 0, 1, 0)
    report = load(ASTHMA, OLD, BLOCK)
    assert (report.added, report.changed, report.gone) == (0, 0, 0)
    report = load(ASTHMA.replace("Астма с", "Астма  с"), OLD)
    assert (report.added, report.changed, report.gone) == (0, 1, 1)
    gone = queries.icd10("J40-J47")
    assert gone is not None
    assert not gone.is_actual


def test_a_code_is_found_by_its_beginning_and_by_words() -> None:
    load(ASTHMA, OLD, BLOCK, '4;04;"J45.1";"Неаллергическая астма";;;1;\n')
    assert [one.code for one in queries.find_icd10("ж45")] == []
    assert [one.code for one in queries.find_icd10("j45")] == ["J45.0", "J45.1"]
    assert [one.code for one in queries.find_icd10("астма аллергического")] == ["J45.0"]
    assert [one.code for one in queries.find_icd10("АСТМА")] == ["J45.0", "J45.1"]
    assert queries.find_icd10("а") == []
    assert queries.find_icd10("хронические") == []


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"",
        b"ID;CODE\n1;A00\n",
        HEAD.encode(),
        (HEAD + ASTHMA + ASTHMA).encode(),
        (HEAD + '1;01;"J45";"";;;1;\n').encode(),
        (HEAD + '1;01;"J45";"Астма";;;2;\n').encode(),
        (HEAD + "1;01\n").encode(),
    ],
)
def test_another_file_is_refused_whole(content: bytes, tmp_path: Path) -> None:
    load(ASTHMA)
    with pytest.raises(UnreadableClassificationError):
        commands.import_icd10(content=content, by=BY, at=NOW)
    path = tmp_path / "codes.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("import_icd10", str(path))
    known = queries.icd10("J45.0")
    assert known is not None
    assert known.is_actual


def test_earlier_conclusions_are_there_while_the_doctor_is_with_that_patient() -> None:
    first, vera, policy_id = with_anna()
    signed(first, vera)
    olga = doctor("olga")
    assert queries.past_of(first, vera) == []
    second = ask(User.objects.get(phone=ANNA.phone), policy_id, NOW + timedelta(hours=1))
    assert queries.past_of(second, olga) == []
    take(olga, NOW + timedelta(hours=1))
    assert [one.id for one in queries.past_of(second, olga)] == [first]
    assert queries.past_of(second, vera) == []
    assert queries.past_conclusion(second, first, olga)[1].complaints == "Болит горло"
    for consultation_id, past_id, who in ((second, first, vera), (second, second, olga), (first, first, vera)):
        with pytest.raises(NotFoundError):
            queries.past_conclusion(consultation_id, past_id, who)
    signed(second, olga)
    with pytest.raises(NotFoundError):
        queries.past_conclusion(second, first, olga)


def test_another_patients_conclusion_is_not_an_earlier_one() -> None:
    first, vera, _policy = with_anna()
    signed(first, vera)
    boris, his_policy = insured(BORIS)
    his = ask(boris, his_policy)
    take(vera)
    assert queries.past_of(his, vera) == []
    with pytest.raises(NotFoundError):
        queries.past_conclusion(his, first, vera)


def test_signing_is_in_the_trail_and_keystrokes_are_not() -> None:
    consultation_id, vera, _policy = with_anna()
    before = Entry.objects.count()
    for version in range(5):
        write(consultation_id, vera, version=version)
    assert Entry.objects.count() == before
    signed(consultation_id, vera)
    add(consultation_id, vera, "Ещё")
    actions = set(Entry.objects.values_list("action", flat=True))
    assert {"conclusion.signed", "addendum.signed"} <= actions


@pytest.mark.django_db(transaction=True)
def test_of_two_devices_signing_at_once_one_signs() -> None:
    consultation_id, vera, _policy = with_anna()
    version = write(consultation_id, vera).version
    start, told = threading.Barrier(2), []

    def tap() -> None:
        try:
            start.wait()
            sign(consultation_id, vera, version)
            told.append("signed")
        except WrongStepError:
            told.append("refused")
        finally:
            connections.close_all()

    taps = [threading.Thread(target=tap) for _device in range(2)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert sorted(told) == ["refused", "signed"]
    assert Conclusion.objects.count() == 1

"""Every reason of refusal, from the file to what the clinic and the client see (docs/rules/adjudication.md)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from doctorlike.care import commands, queries
from doctorlike.care.models import RegisterLine
from doctorlike.care.rules import Outcome, Refusal
from doctorlike.clinics.models import Clinic
from doctorlike.policies.models import Policy
from tests.appointments import builders
from tests.appointments.builders import BY, THERAPIST
from tests.policies import builders as people

AT = datetime(2026, 4, 10, 9, tzinfo=UTC)
PAGE = (Path(__file__).parents[2] / "docs/rules/adjudication.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("## Refusals")[2].partition("`nothing_to_correct` arises")[0]
EXAMPLES = [
    tuple(cell.strip() for cell in line.strip("|").split("|")) for line in TABLE.splitlines() if line.startswith("| `")
]


@pytest.fixture
def clinic(db: None) -> Clinic:
    return builders.clinic()


@pytest.fixture
def anna(clinic: Clinic) -> Policy:
    policy_id = builders.covered_policy(people.ANNA, people.account(people.ANNA))
    return Policy.objects.select_related("insured").get(pk=policy_id)


def line_of(policy: Policy, clinic: Clinic) -> dict[str, str]:
    """Nothing is wrong with it."""
    return {
        "Клиника": clinic.source_key,
        "Номер полиса": policy.number,
        "Дата рождения": f"{policy.insured.born_on:%d.%m.%Y}",
        "Дата визита": "01.04.2026",
        "Код услуги": THERAPIST,
        "Количество": "1",
        "Цена": "1200.00",
        "Сумма": "",
    }


def written(*lines: dict[str, str]) -> bytes:
    return "\n".join([";".join(lines[0]), *(";".join(line.values()) for line in lines)]).encode()


def test_every_reason_has_an_example() -> None:
    assert {reason.strip("`") for reason, _line, _words in EXAMPLES} == set(Refusal)


@pytest.mark.parametrize(("reason", "what", "words"), EXAMPLES)
def test_the_clinic_reads_why_and_the_client_sees_and_pays_nothing(
    anna: Policy, clinic: Clinic, reason: str, what: str, words: str
) -> None:
    good = line_of(anna, clinic)
    field, _colon, value = (part.strip() for part in what.partition(":"))
    lines, corrects_id = [{**good, field: value} if field in good else good], None
    if reason == "`duplicate`":
        lines.append(good)
    if reason == "`nothing_to_correct`":
        before = commands.import_register(
            content=written({**good, "Дата визита": "02.04.2026"}), file_name="прежний.csv", by=BY, at=AT
        )
        corrects_id = before.register_id
    report = commands.import_register(
        content=written(*lines), file_name="реестр.csv", corrects_id=corrects_id, by=BY, at=AT
    )
    last = RegisterLine.objects.filter(register=report.register_id).order_by("row").last()
    assert last is not None
    assert (last.outcome, last.reasons, last.refusal_text) == (Outcome.REFUSED, [reason.strip("`")], words)
    assert report.refused[-1].words == words
    commands.make_answer(register_id=report.register_id, by=BY, at=AT)
    _name, answer = queries.register_answer_file(report.register_id)
    assert words in answer.decode("utf-8-sig").replace('""', '"')
    shown = [line.id for visit in queries.encounters_of([anna.pk]) for line in visit.lines]
    assert last.pk not in shown
    assert report.charges == len(lines) - 1, "the line before a repetition alone"


def test_a_number_one_slip_away_is_suggested_and_never_put_in(anna: Policy, clinic: Clinic) -> None:
    wrong = anna.number[:-1] + str((int(anna.number[-1]) + 1) % 10)
    missing = anna.number[:-1]
    good = line_of(anna, clinic)
    lines = [{**good, "Номер полиса": number} for number in (wrong, missing)]
    strange = {**good, "Номер полиса": missing, "Дата рождения": "01.01.1970"}
    report = commands.import_register(content=written(*lines, strange), file_name="р.csv", by=BY, at=AT)
    assert report.accepted == 0
    shown = queries.register_lines(report.register_id)[0:10]
    assert [line.suggested for line in shown] == [(anna.number,), (anna.number,), ()]


def test_nothing_is_suggested_where_the_number_is_right(anna: Policy, clinic: Clinic) -> None:
    wrong = {**line_of(anna, clinic), "Дата рождения": "01.01.1970"}
    report = commands.import_register(content=written(wrong), file_name="р.csv", by=BY, at=AT)
    assert [line.suggested for line in queries.register_lines(report.register_id)[0:10]] == [()]

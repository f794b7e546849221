"""The doctor's page of a conclusion and the client's archive as browsers meet them, without scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doctorlike.accounts.models import User
from doctorlike.audit.models import Entry
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies.models import Policy
from doctorlike.sites.telemed.archive import sharing
from doctorlike.telemed import commands, queries
from doctorlike.telemed.models import Share
from tests.jobs import run_jobs
from tests.policies.builders import ANNA, BORIS, BY, MITYA, account, policy
from tests.telemed.test_conclusions import ASTHMA, WORDS, add, load, signed, with_anna, write
from tests.telemed.test_consultations import NOW, ask, doctor, insured, take

pytestmark = pytest.mark.django_db
BACKEND = "doctorlike.accounts.recognition.AccountBackend"


@pytest.fixture(autouse=True)
def today(on_site: Callable[[str], None]) -> Iterator[None]:
    on_site("telemed")
    cache.clear()
    with clock.moved_to(NOW):
        yield


def of(user: User | UUID) -> Client:
    browser = Client()
    who = user if isinstance(user, User) else User.objects.get(pk=user)
    browser.force_login(who, backend=BACKEND)
    return browser


def anna() -> User:
    return User.objects.get(phone=ANNA.phone)


def page(view: str, *args: Any, site: str = "telemed") -> str:
    return reverse(view, urlconf=settings.URLCONFS[site], args=args)


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def typed(draft: queries.Draft, **more: str) -> dict[str, str]:
    return {**WORDS, "version": str(draft.version), **more}


def test_a_conclusion_is_kept_read_through_and_signed_by_the_second_tap() -> None:
    consultation_id, vera, _policy = with_anna()
    desk, conclude = of(vera), page("doctor:conclude", consultation_id)
    refused = desk.post(conclude, {"complaints": "Кашель"})
    assert refused.status_code == 422
    assert queries.draft_of(consultation_id, vera).parts["complaints"] == "Кашель"
    told = typed(queries.draft_of(consultation_id, vera), referral="ent", notes="Для себя")
    review = desk.post(conclude, told)
    assert review.url == page("doctor:review", consultation_id)
    read = text(desk.get(review.url))
    assert "Тёплое питьё" in read
    assert "ЛОР" in read
    assert "Для себя" not in read
    version = re.search(r'name="version" value="(\d+)"', read)
    assert version is not None
    for _tap in range(2):
        assert desk.post(page("doctor:sign", consultation_id), {"version": version[1]}).status_code == 302
    shown = text(desk.get(page("doctor:room", consultation_id)))
    assert "Тёплое питьё" in shown
    assert "Для себя" in shown


def test_a_page_read_before_another_device_wrote_signs_nothing() -> None:
    consultation_id, vera, _policy = with_anna()
    version = write(consultation_id, vera).version
    write(consultation_id, vera, version=version, complaints="Иначе", recommendations="Иначе")
    answer = of(vera).post(page("doctor:sign", consultation_id), {"version": str(version)}, follow=True)
    assert "изменили на другом устройстве" in text(answer)
    assert "Иначе" in text(answer)


def test_keystrokes_are_kept_and_the_other_device_is_told_of() -> None:
    consultation_id, vera, _policy = with_anna()
    desk, address = of(vera), page("doctor:draft", consultation_id)
    first = json.loads(desk.post(address, {**WORDS, "version": "0"}).content)
    assert (first["version"], "elsewhere" in first) == (1, False)
    other = json.loads(desk.post(address, {**WORDS, "version": "0"}).content)
    assert (other["version"], "elsewhere" in other) == (2, True)
    assert of(doctor("olga")).post(address, WORDS).status_code == 404


def test_an_earlier_diagnosis_is_found_chosen_and_asked_for_its_day_and_place() -> None:
    load(ASTHMA)
    consultation_id, vera, _policy = with_anna()
    desk, conclude = of(vera), page("doctor:conclude", consultation_id)
    found = text(desk.post(conclude, {**WORDS, "step": "find", "diagnosis_code": "астма аллергического"}))
    assert 'name="code" value="J45.0"' in found
    desk.post(conclude, {**WORDS, "code": "J45.0"})
    assert queries.draft_of(consultation_id, vera).parts["diagnosis_code"] == "J45.0"
    refused = desk.post(conclude, {**WORDS, "diagnosis_code": "J45.0"})
    assert refused.status_code == 422
    assert "только если врач поставил его раньше" in text(refused)
    placed = {"diagnosis_code": "j45.0", "diagnosis_on": "20.11.2025", "diagnosis_where": "Лотос"}
    assert desk.post(conclude, {**WORDS, **placed}).status_code == 302
    assert "20 ноября 2025" in text(desk.get(page("doctor:review", consultation_id))).replace("\xa0", " ")


def test_a_template_is_put_in_by_choice() -> None:
    consultation_id, vera, _policy = with_anna()
    desk, conclude = of(vera), page("doctor:conclude", consultation_id)
    desk.post(conclude, {**WORDS, "step": "keep", "template_title": "Горло"})
    [own] = queries.templates_for(vera)
    desk.post(conclude, {"complaints": "Кашель", "step": "insert", "template": str(own.id)})
    assert queries.draft_of(consultation_id, vera).parts["complaints"] == "Кашель\nБолит горло"
    assert "Выберите шаблон" in text(desk.post(conclude, {"step": "insert", "template": "x"}, follow=True))


def test_an_addendum_is_read_through_too() -> None:
    consultation_id, vera, policy_id = with_anna()
    desk, address = of(vera), page("doctor:addendum", consultation_id)
    assert desk.post(address, {"text": "Рано"}).status_code == 404
    signed(consultation_id, vera)
    assert desk.post(address, {"text": ""}).status_code == 422
    assert "Пить больше" in text(desk.post(address, {"text": "Пить больше"}))
    desk.post(address, {"text": "Пить больше", "step": "sign"})
    run_jobs()
    assert "Дополнение 1" in text(of(anna()).get(page("archive:consultation", consultation_id)))
    paper = of(anna()).get(page("archive:addendum", consultation_id, 1))
    assert paper.content.startswith(b"%PDF")
    assert of(anna()).get(page("archive:addendum", consultation_id, 2)).status_code == 404
    assert policy_id


def test_opening_an_earlier_conclusion_is_noted_each_time() -> None:
    first, vera, policy_id = with_anna()
    signed(first, vera)
    second = ask(anna(), policy_id)
    take(vera)
    desk = of(vera)
    assert page("doctor:past", second, first) in text(desk.get(page("doctor:room", second)))
    for _time in range(2):
        assert "Тёплое питьё" in text(desk.get(page("doctor:past", second, first)))
    assert Entry.objects.filter(action="consultation.read", subject_id=str(first)).count() == 2
    signed(second, vera)
    assert desk.get(page("doctor:past", second, first)).status_code == 404


def test_the_archive_is_searched_by_words_that_stand_in_no_address() -> None:
    consultation_id, vera, policy_id = with_anna()
    signed(consultation_id, vera)
    add(consultation_id, vera, "Сдать анализ крови")
    browser = of(anna())
    for asked, found in (("анализ КРОВИ", True), ("01.04.2026", True), ("врачова", True), ("перелом", False)):
        answer = browser.post(page("archive:index"), {"q": asked})
        assert (str(consultation_id) in text(answer)) is found
    assert policy_id


def test_the_archive_is_of_one_person_when_asked() -> None:
    childs = policy(MITYA, ANNA)
    first, vera, own = with_anna()
    signed(first, vera)
    his = ask(anna(), childs)
    browser = of(anna())
    assert {str(first), str(his)} <= set(re.findall(r"[0-9a-f-]{36}", text(browser.get(page("archive:index")))))
    only_his = text(browser.post(page("archive:index"), {"person": str(childs)}))
    assert str(his) in only_his
    assert str(first) not in only_his
    assert own


def test_looking_through_more_consultations_asks_the_database_no_more() -> None:
    consultation_id, vera, policy_id = with_anna()
    signed(consultation_id, vera)
    counted = []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            queries.search_archive([policy_id], "горло")
            queries.talks_of([policy_id])
            queries.shares_of([consultation_id])
        counted.append(len(asked))
        another = ask(anna(), policy_id)
        take(vera)
        signed(another, vera)
        add(another, vera, "Ещё")
    assert counted[0] == counted[1]


def shared(browser: Client, consultation_id: UUID, days: str = "7") -> str:
    answer = text(browser.post(page("archive:share", consultation_id), {"days": days}))
    found = re.search(r"/shared/([\w-]+)/", answer)
    assert found is not None
    return found[1]


def test_another_doctor_reads_by_a_link_until_it_ends_and_its_maker_sees_that() -> None:
    consultation_id, vera, _policy = with_anna()
    signed(consultation_id, vera)
    browser = of(anna())
    secret = shared(browser, consultation_id)
    assert secret not in str(list(Share.objects.values()))
    address = page("share:show", secret)
    answer = Client().get(address)
    assert ANNA.surname in text(answer)
    assert "Тёплое питьё" in text(answer)
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    Client().head(address)
    assert "открывали раз: 1" in text(browser.get(page("archive:consultation", consultation_id)))
    with clock.moved_to(NOW + timedelta(days=7) - timedelta(minutes=1)):
        assert Client().get(address).status_code == 200
    with clock.moved_to(NOW + timedelta(days=7, minutes=1)):
        assert Client().get(address).status_code == 404
    assert Entry.objects.filter(action="conclusion.share_opened").count() == 2


def test_a_revoked_link_opens_nothing_and_only_who_sees_the_consultation_revokes() -> None:
    consultation_id, vera, _policy = with_anna()
    signed(consultation_id, vera)
    browser = of(anna())
    secret = shared(browser, consultation_id, "30")
    share_id = Share.objects.get().pk
    boris, _his = insured(BORIS)
    revoke = page("archive:revoke", consultation_id, share_id)
    assert of(boris).post(revoke).status_code == 404
    assert of(boris).post(page("archive:share", consultation_id), {"days": "7"}).status_code == 404
    assert Client().get(page("share:show", secret)).status_code == 200
    for _time in range(2):
        assert browser.post(revoke).status_code == 302
    assert Client().get(page("share:show", secret)).status_code == 404
    assert "Выберите, сколько дней" in text(
        browser.post(page("archive:share", consultation_id), {"days": "365"}, follow=True)
    )


def test_a_childs_link_ends_with_what_the_adult_may_see() -> None:
    policy_id = policy(MITYA, ANNA)
    mother, vera = account(ANNA), doctor("vera")
    consultation_id = ask(mother, policy_id)
    take(vera)
    signed(consultation_id, vera)
    secret = commands.share_conclusion(
        consultation_id=consultation_id, user_id=mother.pk, policy_ids=[policy_id], days=30, by=BY, at=NOW
    )
    assert queries.shared(secret, at=NOW).card.patient.given_name == MITYA.given_name
    person = Policy.objects.get(pk=policy_id).insured
    person.born_on = person.born_on.replace(year=NOW.year - 15, month=NOW.month, day=NOW.day + 1)
    person.save()
    assert queries.shared(secret, at=NOW)
    with pytest.raises(NotFoundError):
        queries.shared(secret, at=NOW + timedelta(days=1))


def test_whoever_guesses_links_has_to_wait() -> None:
    for number in range(sharing.MISSES_AT_MOST):
        assert Client().get(page("share:show", f"guess-{number}")).status_code == 404
    assert Client().get(page("share:show", "guess")).status_code == 429


def test_a_referral_leads_its_patient_to_the_finder_and_nobody_else(on_site: Callable[[str], None]) -> None:
    consultation_id, vera, policy_id = with_anna()
    signed(consultation_id, vera, referral="ent", referral_words="Осмотр")
    shown = text(of(anna()).get(page("archive:consultation", consultation_id)))
    link = re.search(r'href="[^"]*(/cabinet/referral/[0-9a-f-]{36}/)"', shown)
    assert link is not None
    boris, _his = insured(BORIS)
    on_site("portal")
    browser, his = of(anna()), of(boris)
    assert browser.get(link[1]).url == page("find:times", "ent", site="portal")
    assert browser.session["shown_policy"] == str(policy_id)
    assert his.get(link[1]).status_code == 404


def bundle(answer: HttpResponse) -> dict[str, Any]:
    assert answer["Content-Type"] == "application/fhir+json"
    assert "attachment" in answer["Content-Disposition"]
    told: dict[str, Any] = json.loads(answer.content)
    return told


def references(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        if "reference" in told:
            yield told["reference"]
        for one in told.values():
            yield from references(one)
    elif isinstance(told, list):
        for one in told:
            yield from references(one)


# What R4 requires of each resource here.
REQUIRED = {
    "Patient": {"name", "birthDate", "gender"},
    "Practitioner": {"name"},
    "Encounter": {"status", "class", "subject", "period"},
    "Composition": {"status", "type", "subject", "date", "author", "title", "section"},
    "Condition": {"code", "subject"},
    "DocumentReference": {"status", "content"},
}


def check_structure(told: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """By R4: every resource has what it must, each stands once, and every reference leads to an entry."""
    assert told["resourceType"] == "Bundle"
    urls = [one["fullUrl"] for one in told["entry"]]
    assert len(urls) == len(set(urls))
    assert set(references(told)) <= set(urls)
    kinds: dict[str, list[dict[str, Any]]] = {}
    for entry in told["entry"]:
        resource = entry["resource"]
        assert entry["fullUrl"] == f"urn:uuid:{resource['id']}"
        assert REQUIRED[resource["resourceType"]] <= set(resource)
        assert all(value not in ("", [], {}, None) for value in resource.values())
        kinds.setdefault(resource["resourceType"], []).append(resource)
    return kinds


def test_one_consultation_is_a_fhir_document_with_its_signed_papers() -> None:
    load(ASTHMA)
    consultation_id, vera, _policy = with_anna()
    signed(
        consultation_id, vera, recommendations="Пить < 2 л\nСпать", referral="ent", diagnosis_code="J45.0",
        diagnosis_on="2025-11-20", diagnosis_where="Лотос",
    )  # fmt: skip
    add(consultation_id, vera, "Ещё")
    run_jobs()
    told = bundle(of(anna()).get(page("archive:fhir", consultation_id)))
    assert (told["type"], told["entry"][0]["resource"]["resourceType"]) == ("document", "Composition")
    assert {"identifier", "timestamp"} <= set(told)
    kinds = check_structure(told)
    assert {kind: len(found) for kind, found in kinds.items()} == {
        "Composition": 1, "Patient": 1, "Practitioner": 1, "Encounter": 1, "Condition": 1, "DocumentReference": 2,
    }  # fmt: skip
    assert kinds["Condition"][0]["code"]["coding"][0]["code"] == "J45.0"
    assert "Пить &lt; 2 л<br/>Спать" in str(kinds["Composition"][0]["section"])
    paper = kinds["DocumentReference"][0]["content"][0]["attachment"]
    assert paper["contentType"] == "application/pdf"
    assert paper["data"].startswith("JVBER")


def test_all_consultations_are_a_collection_also_those_without_a_conclusion() -> None:
    consultation_id, vera, policy_id = with_anna()
    signed(consultation_id, vera)
    run_jobs()
    waiting = ask(anna(), policy_id)
    told = bundle(of(anna()).get(page("archive:fhir_all")))
    assert told["type"] == "collection"
    kinds = check_structure(told)
    assert {one["id"]: one["status"] for one in kinds["Encounter"]} == {
        str(consultation_id): "finished",
        str(waiting): "planned",
    }
    assert len(kinds["Patient"]) == 1
    assert of(anna()).get(page("archive:fhir", waiting)).status_code == 404
    boris, _his = insured(BORIS)
    assert of(boris).get(page("archive:fhir", consultation_id)).status_code == 404
    assert "entry" not in bundle(of(boris).get(page("archive:fhir_all")))


def test_the_copy_of_ones_data_has_addenda_and_links_and_no_private_note() -> None:
    from doctorlike.rights import collecting

    consultation_id, vera, policy_id = with_anna()
    write(consultation_id, vera, notes="Тревожная")
    signed(consultation_id, vera)
    add(consultation_id, vera, "Ещё")
    commands.share_conclusion(
        consultation_id=consultation_id, user_id=anna().pk, policy_ids=[policy_id], days=1, by=Actor.user(anna().pk),
        at=NOW,
    )  # fmt: skip
    [talk] = queries.talks_of([policy_id])
    told = str(collecting._plain(collecting._talk(talk, queries.shares_of([consultation_id]))))
    assert "Ещё" in told
    assert "revoked_at" in told
    assert "Тревожная" not in told

"""The desk links a policy and takes it away: by the same roles, after the document was named, told in neutral words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from doctorlike.accounts import commands as accounts
from doctorlike.accounts import queries as people
from doctorlike.accounts.models import User
from doctorlike.audit import queries as trail
from doctorlike.copay import queries as copay
from doctorlike.copay.commands import note_card_bound
from doctorlike.copay.models import Enrolment
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.payments.facts import CardBound
from doctorlike.payments.models import Card
from doctorlike.policies import commands, queries
from doctorlike.policies.commands import LinkReason, NamedDocument, UnlinkReason
from doctorlike.policies.errors import (
    DocumentNotNamedError,
    DoesNotFitError,
    IdentityLockedError,
    LinkRefusedError,
    NameChangeNeededError,
    NoDocumentError,
    OwnAccountAtDeskError,
)
from doctorlike.policies.models import Correction, LinkDecision, LinkTry, PolicyLink
from doctorlike.policies.rules import LinkRole
from doctorlike.products import commands as products
from tests.appointments.builders import clinic, cover
from tests.policies.builders import ANNA, AT, BORIS, BY, MITYA, Someone, account, policy, save_profile

pytestmark = pytest.mark.django_db
DESK = Actor.staff(new_id())
PASSPORT = NamedDocument("36 08", "123456")
TODAY = AT.date()


def contract(insured: Someone = ANNA, policyholder: Someone | None = None) -> UUID:
    """A contract with its people's passports, whose phone is nobody's any more."""
    ids = [
        accounts.create_person(
            surname=one.surname,
            given_name=one.given_name,
            born_on=one.born_on,
            sex=one.sex,
            identity={"document_kind": "passport", "series": series, "number": "123456"},
            by=BY,
            at=AT,
        )
        for one, series in ((insured, "3608"), (policyholder or insured, "3608"))
    ]
    return commands.issue_policy(
        version_id=products.seed_demo_product(by=BY, at=AT),
        policyholder_id=ids[1] if policyholder else ids[0],
        insured_id=ids[0],
        programme="polyclinic",
        scope="regions",
        copay_percent=0,
        starts_on=datetime(2026, 3, 10, tzinfo=UTC).date(),
        premium=Money.of("9500.00"),
        contact_phone="+79270000099",
        contact_email="gone@mail.example",
        order_id=None,
        by=BY,
        at=AT,
    )


def link(
    policy_id: UUID, user: User, document: NamedDocument = PASSPORT, at: datetime = AT, **more: object
) -> LinkRole:
    return commands.link_at_desk(
        policy_id=policy_id,
        user_id=user.pk,
        document=document,
        reason=LinkReason.PHONE_GONE,
        checked_how="phone",
        by=DESK,
        at=at,
        **more,
    )


def unlink(policy_id: UUID, user: User) -> None:
    commands.unlink_at_desk(policy_id=policy_id, user_id=user.pk, reason=UnlinkReason.SHARED_PHONE, by=DESK, at=AT)


def deeds(policy_id: UUID) -> list[str]:
    return [one.action for one in trail.history(subject_type="policy", subject_id=policy_id)]


class TestLinking:
    def test_a_client_without_the_phone_of_the_policy_gets_it_by_their_document(self) -> None:
        hers, anna = contract(), account(ANNA)
        assert link(hers, anna) is LinkRole.SELF
        assert [one.id for one in queries.policies_of(anna.pk, TODAY)] == [hers]
        assert {"policy.linked", "policy.identity_checked"} <= set(deeds(hers))
        decision = LinkDecision.objects.get()
        assert (decision.apart, decision.reason, decision.decided_by) == (False, "phone_gone", str(DESK))
        assert decision.told == {"series": "36 08", "number": "123456", "new": {}}
        (shown,) = queries.links_of(hers)
        assert (shown.user.id, shown.by_desk) == (anna.pk, True)

    def test_a_childs_policy_goes_to_the_policyholder_by_the_policyholders_document(self) -> None:
        childs, anna = contract(MITYA, ANNA), account(ANNA)
        assert link(childs, anna) is LinkRole.GUARDIAN

    @pytest.mark.parametrize(
        ("insured", "policyholder", "fit"),
        [
            (MITYA, ANNA, queries.DeskFit.OTHER_CHILD),
            (ANNA, None, queries.DeskFit.OTHER_PERSON),
            (ANNA, BORIS, queries.DeskFit.PAYS_ONLY),
        ],
    )
    def test_nobody_gets_what_the_roles_do_not_allow_even_with_the_right_document(
        self, insured: Someone, policyholder: Someone | None, fit: queries.DeskFit
    ) -> None:
        theirs, boris = contract(insured, policyholder), account(BORIS)
        with pytest.raises(DoesNotFitError) as refusal:
            link(theirs, boris)
        assert refusal.value.facts["fit"] == fit
        assert not PolicyLink.objects.exists()

    def test_linking_again_is_told_and_changes_nothing(self) -> None:
        hers, anna = contract(), account(ANNA)
        link(hers, anna)
        with pytest.raises(DoesNotFitError) as refusal:
            link(hers, anna)
        assert refusal.value.facts["fit"] == queries.DeskFit.HERE
        assert PolicyLink.objects.count() == LinkDecision.objects.count() == 1

    def test_a_second_account_of_the_same_person_is_allowed_and_both_are_shown(self) -> None:
        hers, anna = contract(), account(ANNA)
        by_mail = account(ANNA, phone="+79270000044", email="anna2@mail.example")
        link(hers, anna)
        link(hers, by_mail, at=AT + timedelta(minutes=1))
        assert [one.user.id for one in queries.links_of(hers)] == [anna.pk, by_mail.pk]

    def test_without_a_profile_or_a_policy_there_is_nothing_to_link(self) -> None:
        with pytest.raises(DoesNotFitError):
            link(contract(), account(ANNA, profile=False))
        with pytest.raises(NotFoundError):
            link(new_id(), account(BORIS))

    def test_nobody_decides_about_their_own_account(self) -> None:
        hers, anna = contract(), account(ANNA)
        with pytest.raises(OwnAccountAtDeskError):
            commands.link_at_desk(
                policy_id=hers,
                user_id=anna.pk,
                document=PASSPORT,
                reason=LinkReason.NO_CODE,
                checked_how="visit",
                by=Actor.staff(anna.pk),
                at=AT,
            )
        link(hers, anna)
        with pytest.raises(OwnAccountAtDeskError):
            commands.unlink_at_desk(
                policy_id=hers, user_id=anna.pk, reason=UnlinkReason.CLIENT_ASKED, by=Actor.staff(anna.pk), at=AT
            )


class TestTheDocument:
    def test_one_not_in_the_contract_links_nothing_and_stays_in_the_trail(self) -> None:
        hers, anna = contract(), account(ANNA)
        with pytest.raises(DocumentNotNamedError) as refusal:
            link(hers, anna, NamedDocument("3608", "000000"))
        assert refusal.value.facts == {"left": 4}
        assert "policy.document_not_named" in deeds(hers)
        assert not PolicyLink.objects.exists()
        assert not Message.objects.exists()

    def test_five_wrong_ones_close_the_desk_for_that_policy_for_an_hour(self) -> None:
        hers, anna = contract(), account(ANNA)
        for _ in range(5):
            with pytest.raises(DocumentNotNamedError):
                link(hers, anna, NamedDocument("3608", "000000"))
        with pytest.raises(IdentityLockedError):
            link(hers, anna, at=AT + timedelta(minutes=59))
        assert link(hers, anna, at=AT + timedelta(hours=1)) is LinkRole.SELF

    def test_a_contract_without_a_document_cannot_be_compared_with_anything(self) -> None:
        bare = policy(ANNA, BORIS, phone="+79270000099", email="gone@mail.example")
        with pytest.raises(NoDocumentError):
            link(bare, account(ANNA), NamedDocument("", ""))


class TestAfterAChangeOfName:
    PETROVA = Someone("Петрова", "Анна", ANNA.born_on, "female", "+79270000012")
    NEW = {"series": "3626", "number": "999999", "issued_on": "2026-02-20", "issuer": "МВД", "division_code": "630-002"}

    def test_the_new_name_is_asked_for(self) -> None:
        with pytest.raises(NameChangeNeededError):
            link(contract(), account(self.PETROVA))

    def test_the_old_document_is_named_the_new_one_written_down_and_the_contract_corrected(self) -> None:
        hers, petrova = contract(), account(self.PETROVA)
        assert link(hers, petrova, new_document=self.NEW) is LinkRole.SELF
        insured = queries.policy(hers).insured
        assert insured.surname == "Петрова"
        assert people.identity_of(insured.id)["number"] == "999999"
        correction = Correction.objects.get()
        assert (correction.reason, correction.was["surname"]) == ("name_changed", "Серова")
        assert LinkDecision.objects.get().told["new"] == self.NEW

    def test_without_the_old_document_nothing_is_corrected(self) -> None:
        hers, petrova = contract(), account(self.PETROVA)
        with pytest.raises(DocumentNotNamedError):
            link(hers, petrova, NamedDocument("3626", "999999"), new_document=self.NEW)
        assert queries.policy(hers).insured.surname == "Серова"

    def test_another_birth_date_is_another_person_whatever_is_said(self) -> None:
        stranger = account(Someone("Петрова", "Анна", BORIS.born_on, "female", "+79270000013"))
        with pytest.raises(DoesNotFitError):
            link(contract(), stranger, new_document=self.NEW)


class TestTakingAway:
    @pytest.fixture
    def twins(self) -> tuple[UUID, User]:
        """Anna's policy in the account of her twin, who has her old phone and, of course, her birth date."""
        hers = policy(ANNA)
        twin = account(Someone("Серова", "Алла", ANNA.born_on, "female"), phone=ANNA.phone)
        assert [one.user.id for one in queries.links_of(hers)] == [twin.pk]
        return hers, twin

    def test_it_is_gone_from_the_account_and_stays_in_the_trail(self, twins: tuple[UUID, User]) -> None:
        hers, twin = twins
        unlink(hers, twin)
        assert queries.policies_of(twin.pk, TODAY) == []
        with pytest.raises(NotFoundError):
            queries.policy_for(twin.pk, hers, TODAY)
        assert "policy.unlinked" in deeds(hers)
        (decision,) = queries.link_decisions_of(hers)
        assert (decision.apart, decision.reason) == (True, "shared_phone")

    def test_it_does_not_come_back_by_itself(self, twins: tuple[UUID, User]) -> None:
        hers, twin = twins
        unlink(hers, twin)
        save_profile(twin, Someone("Серова", "Алла", ANNA.born_on, "female"))
        assert commands.link_matching_policies(user_id=twin.pk, by=BY, at=AT) == []
        assert queries.policies_of(twin.pk, TODAY) == []

    def test_by_its_number_it_meets_what_an_invented_number_meets(self, twins: tuple[UUID, User]) -> None:
        hers, twin = twins
        unlink(hers, twin)
        before = Message.objects.count()
        begun = commands.link_by_number(
            user_id=twin.pk,
            number=queries.policy(hers).number,
            born_on=ANNA.born_on,
            by=Actor.user(twin.pk),
            at=AT,
            real_at=AT,
        )
        assert not commands.send_link_code(try_id=begun, by=BY)
        assert LinkTry.objects.get().policy_id is None
        assert Message.objects.count() == before

    def test_a_code_on_its_way_links_nothing_any_more(self) -> None:
        hers = policy(ANNA, BORIS, phone="+79270000033", email="shop@mail.example")
        anna = account(ANNA)
        by = Actor.user(anna.pk)
        begun = commands.link_by_number(
            user_id=anna.pk, number="ONDL-300000", born_on=ANNA.born_on, by=by, at=AT, real_at=AT
        )
        commands.send_link_code(try_id=begun, by=by)
        found = re.search(r"\d{6}", Message.objects.get(topic="code").text)
        assert found
        LinkDecision.objects.create(
            policy_id=hers, user=anna, apart=True, role="self", reason="other_person", decided_at=AT, decided_by="desk"
        )
        with pytest.raises(LinkRefusedError):
            commands.confirm_link(user_id=anna.pk, try_id=begun, code=found[0], by=by, at=AT, real_at=AT)
        assert not PolicyLink.objects.exists()

    def test_whose_it_is_gets_it_as_before(self, twins: tuple[UUID, User]) -> None:
        hers, twin = twins
        unlink(hers, twin)
        anna = account(ANNA, phone="+79270000044", email=ANNA.email)
        assert [one.id for one in queries.policies_of(anna.pk, TODAY)] == [hers]

    def test_the_desk_alone_puts_it_back(self) -> None:
        hers, anna = contract(), account(ANNA)
        link(hers, anna)
        unlink(hers, anna)
        assert link(hers, anna) is LinkRole.SELF

    def test_twice_is_once(self, twins: tuple[UUID, User]) -> None:
        hers, twin = twins
        unlink(hers, twin)
        with pytest.raises(NotFoundError):
            unlink(hers, twin)
        assert LinkDecision.objects.count() == 1

    def test_the_wrong_accounts_card_pays_no_more(self, twins: tuple[UUID, User]) -> None:
        hers, twin = twins
        clinic()  # and its region
        cover(hers, twin)
        assert copay.enrolment(hers).state == "active"
        unlink(hers, twin)
        stands = copay.enrolment(hers)
        assert (stands.state, stands.card) == ("suspended", None)

    def test_a_card_bound_on_the_banks_page_meanwhile_is_not_used(self, twins: tuple[UUID, User]) -> None:
        hers, twin = twins
        clinic()  # and its region
        cover(hers, twin)
        enrolment, card_id = Enrolment.objects.get(policy=hers), Card.objects.get(owner=twin).pk
        unlink(hers, twin)
        bound = CardBound(card_id=card_id, owner_id=twin.pk, subject_id=enrolment.pk, at=AT)
        note_card_bound(bound)
        assert copay.enrolment(hers).state == "suspended"
        PolicyLink.objects.create(policy_id=hers, user=twin, role="self", linked_at=AT, linked_by="tests")
        note_card_bound(bound)
        assert copay.enrolment(hers).state == "active"


class TestTheNotice:
    def test_the_account_and_the_contract_are_told_in_neutral_words(self) -> None:
        hers = contract()
        anna = account(ANNA, email="anna@mail.example")
        link(hers, anna)
        told = {message.to: message for message in Message.objects.all()}
        assert set(told) == {"anna@mail.example", "gone@mail.example"}
        for message in told.values():
            for word in ("Серова", "Анна", queries.policy(hers).number, "36 08"):
                assert word not in message.text + message.subject

    def test_by_sms_where_there_is_no_address_and_of_taking_away_too(self) -> None:
        hers, anna = contract(), account(ANNA)
        link(hers, anna)
        unlink(hers, anna)
        assert Message.objects.filter(channel="sms", to=ANNA.phone).count() == 2

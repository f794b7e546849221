"""The other parent of a child: invited, proven, let in, and out again. Words: docs/rules/linking.md."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Contact
from doctorlike.audit import queries as trail
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.notifications.models import Message
from doctorlike.policies import commands, queries
from doctorlike.policies.commands import UnlinkReason
from doctorlike.policies.errors import (
    ChildGrownError,
    ChildNotMatchedError,
    ContractOverError,
    InvitationChangedError,
    InvitationsSpentError,
    NoChildDocumentError,
    OtherParentKnownError,
    OwnContactError,
)
from doctorlike.policies.models import ParentInvitation, PolicyLink
from tests.policies.builders import ANNA, AT, BORIS, MITYA, account, policy
from tests.policies.family import CERTIFICATE, PYOTR, REAL, accept, childs_policy, father, invite, latest, prove

pytestmark = pytest.mark.django_db
TODAY = AT.date()


@pytest.fixture
def anna(db: None) -> User:
    return account(ANNA, email=ANNA.email)


@pytest.fixture
def childs(anna: User) -> UUID:
    return childs_policy()


@pytest.fixture
def pyotr(db: None) -> User:
    return father()


def step(secret: str, user: User | None, *, on: date = TODAY, real_at: datetime = REAL) -> str:
    return queries.invitation_opened(secret, user.pk if user else None, on=on, real_at=real_at).step.value


def roles(user: User) -> list[tuple[str, str, bool]]:
    return [(one.insured.given_name, one.role, one.medical_open) for one in queries.policies_of(user.pk, TODAY)]


def as_(user: User, policy_id: UUID, real_at: datetime = REAL) -> dict[str, Any]:
    return {"user_id": user.pk, "policy_id": policy_id, "by": Actor.user(user.pk), "at": AT, "real_at": real_at}


class TestTheWay:
    def test_the_father_is_invited_proves_the_child_and_sees_it_as_the_mother_does(
        self, anna: User, childs: UUID, pyotr: User
    ) -> None:
        secret = invite(anna, childs)
        assert step(secret, None) == "sign_in"
        assert step(secret, pyotr) == "prove"
        prove(pyotr, secret)
        opened = queries.invitation_opened(secret, pyotr.pk, on=TODAY, real_at=REAL)
        assert opened.step == "accept"
        assert opened.shown is not None
        assert (opened.shown.child.given_name, opened.shown.number) == ("Дмитрий", "ONDL-300000")
        assert accept(pyotr, secret) == childs
        assert roles(pyotr) == [("Дмитрий", "parent", True)]
        assert roles(anna) == [("Дмитрий", "guardian", True)]
        assert step(secret, pyotr) == "used"

    def test_only_a_digest_of_the_secret_is_kept(self, anna: User, childs: UUID) -> None:
        secret = invite(anna, childs)
        row = ParentInvitation.objects.get()
        assert secret not in {row.secret_digest, row.name, row.contact}
        assert latest().is_secret, "the text is forgotten once it is sent"

    @pytest.mark.parametrize("contact", [Contact("phone", PYOTR.phone), Contact("email", PYOTR.email)])
    def test_the_message_names_who_invites_and_nobody_else(self, anna: User, childs: UUID, contact: Contact) -> None:
        invite(anna, childs, contact)
        message = latest()
        assert message.to == contact.value
        assert ANNA.given_name in message.text
        said = f"{message.subject} {message.text}".lower()
        for hidden in (MITYA.surname, MITYA.given_name, "ondl-", "врач", "визит", "здоров", "123456"):
            assert hidden.lower() not in said, hidden

    def test_each_step_is_in_the_trail_and_told_in_neutral_words(self, anna: User, childs: UUID, pyotr: User) -> None:
        secret = invite(anna, childs)
        prove(pyotr, secret)
        accept(pyotr, secret)
        assert latest().to == ANNA.email
        assert "ONDL-300000" in latest().text
        commands.end_parent_access(**as_(anna, childs))
        assert latest().to == PYOTR.email
        told = [
            one.action
            for one in trail.history(subject_type="policy", subject_id=childs)
            if one.action.startswith("parent.")
        ]
        assert sorted(told) == ["parent.accepted", "parent.access_ended", "parent.invited", "parent.proven"]
        for message in Message.objects.filter(topic="family"):
            assert MITYA.given_name not in message.text

    def test_accepting_twice_links_once(self, anna: User, childs: UUID, pyotr: User) -> None:
        secret = invite(anna, childs)
        prove(pyotr, secret)
        assert accept(pyotr, secret) == accept(pyotr, secret) == childs
        assert PolicyLink.objects.filter(role="parent").count() == 1

    def test_look_alikes_of_the_certificate_are_put_right(self, anna: User, childs: UUID, pyotr: User) -> None:
        secret = invite(anna, childs)
        prove(pyotr, secret, series="iУ мю", number="123 456")
        assert step(secret, pyotr) == "accept"

    @pytest.mark.parametrize(
        ("identity", "series", "number"),
        [
            ({"document_kind": "passport", "series": "3615", "number": "654321"}, "36 15", "654 321"),
            ({"document_kind": "foreign", "series": "", "number": "AB1234567"}, "", "ab 1234567"),
        ],
    )
    def test_another_document_of_the_child_serves_too(
        self, anna: User, pyotr: User, identity: dict[str, str], series: str, number: str
    ) -> None:
        secret = invite(anna, childs_policy(identity))
        prove(pyotr, secret, series=series, number=number)
        assert step(secret, pyotr) == "accept"


class TestAStranger:
    def test_a_forwarded_link_gives_a_stranger_nothing(self, anna: User, childs: UUID) -> None:
        secret, boris = invite(anna, childs), account(BORIS, email=BORIS.email)
        opened = queries.invitation_opened(secret, boris.pk, on=TODAY, real_at=REAL)
        assert (opened.step, opened.shown) == ("other_contact", None)
        with pytest.raises(InvitationChangedError):
            prove(boris, secret)
        with pytest.raises(InvitationChangedError):
            accept(boris, secret)
        assert ParentInvitation.objects.get().wrong_at == [], "a stranger cannot use the tries up"
        assert roles(boris) == []

    def test_a_contact_that_nobody_verified_does_not_fit(self, anna: User, childs: UUID) -> None:
        secret = invite(anna, childs, Contact("email", PYOTR.email))
        pyotr = account(PYOTR)
        User.objects.filter(pk=pyotr.pk).update(email=PYOTR.email, email_verified_at=None)
        assert step(secret, pyotr) == "other_contact"

    def test_what_one_proved_serves_nobody_else_and_not_for_long(self, anna: User, childs: UUID, pyotr: User) -> None:
        secret = invite(anna, childs)
        prove(pyotr, secret)
        assert step(secret, pyotr, real_at=REAL + timedelta(minutes=30)) == "prove"
        User.objects.filter(pk=pyotr.pk).update(phone="+79270000045")
        heir = account(PYOTR)
        assert step(secret, heir) == "prove"
        with pytest.raises(InvitationChangedError):
            accept(heir, secret)

    def test_nobody_but_the_policyholder_invites_ends_or_revokes(self, anna: User, childs: UUID, pyotr: User) -> None:
        prove(pyotr, secret := invite(anna, childs))
        accept(pyotr, secret)
        boris = account(BORIS)
        own = policy(BORIS)
        for somebody, of in ((boris, childs), (pyotr, childs), (boris, own)):
            with pytest.raises(NotFoundError):
                invite(somebody, of)
            for command in (commands.send_invitation_again, commands.revoke_invitation, commands.end_parent_access):
                with pytest.raises(NotFoundError):
                    command(**as_(somebody, of))
        with pytest.raises(NotFoundError):
            commands.leave_child(**as_(anna, childs))
        assert roles(pyotr) == [("Дмитрий", "parent", True)]

    def test_a_made_up_secret_is_not_found(self, anna: User, childs: UUID, pyotr: User) -> None:
        invite(anna, childs)
        for deed in (lambda: step("made-up", pyotr), lambda: prove(pyotr, "made-up"), lambda: accept(pyotr, "made-up")):
            with pytest.raises(NotFoundError):
                deed()


class TestWrongData:
    @pytest.mark.parametrize(
        "wrong",
        [{"born_on": date(2015, 3, 21)}, {"series": "V-МЮ"}, {"number": "123457"}, {"number": "?"}, {"series": ""}],
    )
    def test_one_refusal_for_whatever_is_wrong(
        self, anna: User, childs: UUID, pyotr: User, wrong: dict[str, Any]
    ) -> None:
        secret = invite(anna, childs)
        with pytest.raises(ChildNotMatchedError) as refusal:
            prove(pyotr, secret, **wrong)
        assert str(refusal.value) == str(ChildNotMatchedError(left=4))
        with pytest.raises(InvitationChangedError):
            accept(pyotr, secret)

    def test_the_fifth_wrong_answer_ends_the_invitation_and_the_mother_learns_of_it(
        self, anna: User, childs: UUID, pyotr: User
    ) -> None:
        secret, refused = invite(anna, childs), []
        for _ in range(5):
            with pytest.raises(DomainError) as refusal:
                prove(pyotr, secret, number="000000")
            refused.append(refusal.type)
        assert refused == [ChildNotMatchedError] * 4 + [InvitationChangedError]
        assert step(secret, pyotr) == "locked"
        with pytest.raises(InvitationChangedError):
            prove(pyotr, secret)
        assert latest().to == ANNA.email
        assert "пять раз" in latest().text
        (shown,) = queries.invitations_of([childs]).values()
        assert (shown.state, shown.name, shown.contact) == ("locked", "", "")
        prove(pyotr, invite(anna, childs))

    def test_another_link_does_not_bring_new_tries(self, anna: User, childs: UUID, pyotr: User) -> None:
        secret = invite(anna, childs)
        for _ in range(4):
            with pytest.raises(ChildNotMatchedError):
                prove(pyotr, secret, number="000000")
        commands.send_invitation_again(**as_(anna, childs, REAL + timedelta(minutes=1)))
        (shown,) = queries.invitations_of([childs]).values()
        assert shown.wrong == 4

    def test_without_a_document_in_the_contract_nobody_is_invited(self, anna: User) -> None:
        without = policy(MITYA, ANNA)
        with pytest.raises(NoChildDocumentError):
            invite(anna, without)


class TestTheLink:
    def test_it_serves_seven_days(self, anna: User, childs: UUID, pyotr: User) -> None:
        secret = invite(anna, childs)
        ends = REAL + timedelta(days=7)
        assert step(secret, pyotr, real_at=ends - timedelta(seconds=1)) == "prove"
        assert step(secret, pyotr, real_at=ends) == "old"
        assert step(secret, None, real_at=ends) == "old"

    def test_a_new_link_takes_the_place_of_the_old_one(self, anna: User, childs: UUID, pyotr: User) -> None:
        first = invite(anna, childs)
        later = REAL + timedelta(days=8)
        commands.send_invitation_again(**as_(anna, childs, later))
        with pytest.raises(NotFoundError):
            step(first, pyotr)
        (shown,) = queries.invitations_of([childs]).values()
        assert shown.open_until == later + timedelta(days=7)

    def test_three_in_a_day_whoever_they_go_to(self, anna: User, childs: UUID) -> None:
        invite(anna, childs)
        commands.send_invitation_again(**as_(anna, childs))
        invite(anna, childs, Contact("email", "aunt@mail.example"))
        with pytest.raises(InvitationsSpentError):
            commands.send_invitation_again(**as_(anna, childs))
        with pytest.raises(InvitationsSpentError):
            invite(anna, childs, real_at=REAL + timedelta(hours=23, minutes=59))
        invite(anna, childs, real_at=REAL + timedelta(hours=24))

    def test_a_revoked_one_leads_nowhere_and_forgets_whom_it_was_for(
        self, anna: User, childs: UUID, pyotr: User
    ) -> None:
        secret = invite(anna, childs)
        commands.revoke_invitation(**as_(anna, childs))
        commands.revoke_invitation(**as_(anna, childs))
        assert step(secret, pyotr) == "revoked"
        row = ParentInvitation.objects.get()
        assert (row.name, row.contact) == ("", "")

    def test_declining_is_told_to_the_mother(self, anna: User, childs: UUID, pyotr: User) -> None:
        prove(pyotr, secret := invite(anna, childs))
        commands.decline_invitation(secret=secret, user_id=pyotr.pk, by=Actor.user(pyotr.pk), at=AT, real_at=REAL)
        assert step(secret, pyotr) == "declined"
        assert (latest().to, "отказались" in latest().text) == (ANNA.email, True)
        assert roles(pyotr) == []

    @pytest.mark.parametrize("contact", [Contact("phone", ANNA.phone), Contact("email", ANNA.email)])
    def test_nobody_invites_themself(self, anna: User, childs: UUID, contact: Contact) -> None:
        with pytest.raises(OwnContactError):
            invite(anna, childs, contact)

    def test_the_father_may_be_reached_by_the_phone_of_the_contract(self, anna: User, pyotr: User) -> None:
        secret = invite(anna, childs_policy(phone=PYOTR.phone, email=ANNA.email))
        prove(pyotr, secret)
        assert step(secret, pyotr) == "accept"

    def test_a_child_has_one_other_parent(self, anna: User, childs: UUID, pyotr: User) -> None:
        prove(pyotr, secret := invite(anna, childs))
        accept(pyotr, secret)
        with pytest.raises(OtherParentKnownError):
            invite(anna, childs, Contact("phone", BORIS.phone))


class TestTheEnd:
    @pytest.fixture
    def in_(self, anna: User, childs: UUID, pyotr: User) -> User:
        prove(pyotr, secret := invite(anna, childs))
        accept(pyotr, secret)
        return pyotr

    def test_the_mother_ends_it_at_once(self, anna: User, childs: UUID, in_: User) -> None:
        commands.end_parent_access(**as_(anna, childs))
        commands.end_parent_access(**as_(anna, childs))
        with pytest.raises(NotFoundError):
            queries.policy_for(in_.pk, childs, TODAY)
        (shown,) = queries.invitations_of([childs]).values()
        assert (shown.state, shown.name) == ("ended", "")

    def test_nothing_brings_it_back_by_itself(self, anna: User, childs: UUID, in_: User) -> None:
        commands.end_parent_access(**as_(anna, childs))
        assert commands.link_matching_policies(user_id=in_.pk, by=Actor.user(in_.pk), at=AT) == []

    def test_the_father_leaves_and_the_mother_learns_of_it(self, anna: User, childs: UUID, in_: User) -> None:
        commands.leave_child(**as_(in_, childs))
        assert roles(in_) == []
        assert (latest().to, "вышел" in latest().text) == (ANNA.email, True)
        with pytest.raises(NotFoundError):
            commands.leave_child(**as_(in_, childs))

    def test_it_ends_with_the_account_that_gave_it(self, anna: User, childs: UUID, in_: User) -> None:
        commands.unlink_at_desk(
            policy_id=childs, user_id=anna.pk, reason=UnlinkReason.STAFF_MISTAKE, by=Actor.staff(in_.pk), at=AT
        )
        assert roles(in_) == []
        assert ParentInvitation.objects.get().state == "ended"
        assert PYOTR.email in Message.objects.filter(topic="family").values_list("to", flat=True)

    def test_on_the_fifteenth_birthday_both_parents_lose_the_medical_part(
        self, anna: User, childs: UUID, in_: User
    ) -> None:
        fifteenth = date(2030, 3, 20)
        for on, is_open in ((fifteenth - timedelta(days=1), True), (fifteenth, False)):
            assert [queries.policy_for(one.pk, childs, on).medical_open for one in (anna, in_)] == [is_open, is_open]

    def test_the_contract_and_its_money_are_never_the_fathers(self, childs: UUID, in_: User) -> None:
        assert not queries.contract_for(in_.pk, childs, TODAY).is_policyholder
        for refused in (
            lambda: queries.managed_policy_for(in_.pk, childs, TODAY),
            lambda: queries.contract_for(in_.pk, childs, TODAY, of_policyholder=True),
        ):
            with pytest.raises(NotFoundError):
                refused()

    def test_fifteen_or_over_nobody_is_invited_or_let_in(self, anna: User, childs: UUID, pyotr: User) -> None:
        secret = invite(anna, childs)
        fifteenth = datetime(2030, 3, 20, 9, tzinfo=UTC)
        # The contract itself is over by then; one that runs is asked about the child.
        assert step(secret, pyotr, on=fifteenth.date()) == "over"
        with pytest.raises(ContractOverError):
            invite(anna, childs, at=fifteenth)

    def test_a_child_that_turned_fifteen_meanwhile(self, anna: User, pyotr: User) -> None:
        childs = childs_policy(starts_on=date(2029, 6, 1), at=datetime(2029, 5, 20, 9, tzinfo=UTC))
        commands.link_matching_policies(
            user_id=anna.pk, by=Actor.user(anna.pk), at=datetime(2029, 5, 20, 9, tzinfo=UTC)
        )
        eve, fifteenth = datetime(2030, 3, 19, 9, tzinfo=UTC), datetime(2030, 3, 20, 9, tzinfo=UTC)
        secret = invite(anna, childs, at=eve)
        assert step(secret, pyotr, on=eve.date()) == "prove"
        prove(pyotr, secret, at=eve)
        assert step(secret, pyotr, on=fifteenth.date()) == "grown"
        with pytest.raises(InvitationChangedError):
            accept(pyotr, secret, at=fifteenth)
        with pytest.raises(ChildGrownError):
            invite(anna, childs, at=fifteenth)


@pytest.mark.django_db(transaction=True)
def test_accepting_and_revoking_at_once_end_in_one_of_both() -> None:
    anna, pyotr = account(ANNA, email=ANNA.email), father()
    childs = childs_policy(CERTIFICATE)
    prove(pyotr, secret := invite(anna, childs))
    begin = threading.Barrier(2)

    def at_once(deed: Any) -> None:
        begin.wait()
        try:
            deed()
        except InvitationChangedError:
            pass
        finally:
            connections.close_all()

    deeds = (lambda: accept(pyotr, secret), lambda: commands.revoke_invitation(**as_(anna, childs)))
    threads = [threading.Thread(target=at_once, args=[deed]) for deed in deeds]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    state = ParentInvitation.objects.get().state
    assert (state == "accepted") == PolicyLink.objects.filter(user=pyotr).exists()
    assert state in ("accepted", "revoked")

"""What one person has under one policy, made by the product's own commands: visits, services, charges, talks.

Words and amounts are each owner's own, so that any of them in an answer tells whose it is (`Owner.marks`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from doctorlike.accounts import commands as accounts
from doctorlike.accounts.models import User
from doctorlike.appointments import commands as appointments
from doctorlike.appointments.models import Doctor, Slot, WaitingOffer
from doctorlike.appointments.rules import Wish
from doctorlike.care import commands as care
from doctorlike.care.models import DisputeFile, RegisterLine
from doctorlike.care.rules import DisputeKind
from doctorlike.clinics.commands.reports import report_mistake
from doctorlike.clinics.models import Clinic, ServicePrice
from doctorlike.clinics.rules.reports import ReportKind
from doctorlike.copay import commands as copay
from doctorlike.copay.models import Charge
from doctorlike.coverage import commands as coverage
from doctorlike.coverage.commands import OpenCard
from doctorlike.coverage.models import GuaranteeLetter, RegionSelection
from doctorlike.documents import commands as documents
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.policies import commands as policies
from doctorlike.policies.models import Policy
from doctorlike.products import commands as products
from doctorlike.telemed import commands as telemed
from doctorlike.telemed.models import Referral, Share, SharedFile
from tests.appointments.builders import slots
from tests.copay.stage import enrol
from tests.policies.builders import Someone, account, person

BY = Actor.system("tests")
SOLD_AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
NOW = datetime(2026, 5, 11, 9, tzinfo=UTC)
STARTS_ON = date(2026, 3, 10)
BOOKED_ON = date(2026, 5, 13)
PAID_VISIT_ON, DISPUTED_VISIT_ON, OPEN_VISIT_ON = date(2026, 4, 1), date(2026, 4, 2), date(2026, 5, 5)
HEADER = "Клиника;Номер полиса;Дата рождения;Дата визита;Код услуги;Количество;Цена"
PERCENT = 30


# The smallest there is.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606868000001"
    "840101568f20230000000049454e44ae426082"
)


@dataclass(frozen=True)
class Owner:
    """A fictional person. `secret` is a word that stands in everything medical of theirs and nowhere else; `roubles`
    are a price that nobody else has; `slot` is the first of the doctor's slots that they take."""

    who: Someone
    secret: str
    roubles: int
    slot: int

    @property
    def service_code(self) -> str:
        return f"A11.{self.slot:02d}.{self.slot:03d}"

    @property
    def price(self) -> Money:
        return Money.of(f"{self.roubles}.57")

    @property
    def premium(self) -> Money:
        return Money.of(f"{self.roubles * 7}.39")


@dataclass
class Things:
    """Ids by the names that addresses use; `by_view` where a view (or all of its namespace) needs one of its own."""

    owner: Owner
    user: User
    policy_id: UUID
    ids: dict[str, Any] = field(default_factory=dict)
    by_view: dict[str, dict[str, Any]] = field(default_factory=dict)
    card: OpenCard | None = None

    @property
    def policy(self) -> Policy:
        return Policy.objects.select_related("insured").get(pk=self.policy_id)

    def value(self, view_name: str, argument: str) -> Any:
        """KeyError for an argument nobody has listed."""
        for key in (view_name, view_name.partition(":")[0]):
            if argument in self.by_view.get(key, {}):
                return self.by_view[key][argument]
        return self.ids[argument]


def signed_up(who: Someone) -> User:
    return account(who, email=who.email or None)


def issued(owner: Owner, *, payer: Someone | None = None, starts_on: date = STARTS_ON, at: datetime = SOLD_AT) -> UUID:
    """A policy of this owner, concluded by the payer. It links itself where the contacts fit."""
    holder = payer or owner.who
    holder_id = person(holder)
    return policies.issue_policy(
        version_id=products.seed_demo_product(by=BY, at=SOLD_AT),
        policyholder_id=holder_id,
        insured_id=holder_id if holder == owner.who else person(owner.who),
        programme="polyclinic",
        scope="regions",
        copay_percent=PERCENT,
        starts_on=starts_on,
        premium=owner.premium,
        contact_phone=holder.phone,
        contact_email=holder.email,
        order_id=None,
        by=BY,
        at=at,
    )


def in_the_programme(outside: Any, policy_id: UUID, user: User, region: str) -> None:
    """A card bound at the acquirer, and a region open from April on."""
    enrol(outside, user, policy_id)
    RegionSelection.objects.create(
        policy_id=policy_id,
        region_id=region,
        selected_at=SOLD_AT,
        selected_by=str(BY),
        serves_from_on=date(2026, 3, 20),
    )


def rendered(things: Things, clinic: Clinic, on: date) -> RegisterLine:
    """A service of this owner in a clinic's register five days later, told at once; its line."""
    owner, at = things.owner, datetime.combine(on + timedelta(days=5), time(9), UTC)
    ServicePrice.objects.get_or_create(
        clinic=clinic,
        service_code=owner.service_code,
        defaults={
            "service_name": f"Процедура {owner.secret}",
            "price": Money.of("99000.00"),
            "valid_from_on": date(2025, 1, 1),
        },
    )
    cells = (
        clinic.source_key,
        things.policy.number,
        f"{owner.who.born_on:%d.%m.%Y}",
        f"{on:%d.%m.%Y}",
        owner.service_code,
        "1",
        f"{owner.price.amount}".replace(".", ","),
    )
    report = care.import_register(
        content=f"{HEADER}\n{';'.join(cells)}".encode(),
        file_name=f"register-{owner.slot}-{on}.csv",
        clinic_id=clinic.pk,
        by=BY,
        at=at,
    )
    care.make_answer(register_id=report.register_id, by=BY, at=at)
    assert report.accepted == 1, report
    line = RegisterLine.objects.get(register=report.register_id)
    for charge_id in Charge.objects.filter(encounter_id=line.encounter_id).values_list("pk", flat=True):
        copay.note_told(charge_id=charge_id, at=at)
    return line


def disputed(things: Things, line: RegisterLine) -> UUID:
    return care.open_dispute(
        line_id=line.pk,
        user_id=things.user.pk,
        kind=DisputeKind.NOT_GIVEN,
        text=f"Возражение {things.owner.secret}",
        files=[care.SentFile(f"чек {things.owner.secret}.pdf", b"%PDF-1.7 " + things.owner.secret.encode())],
        on=NOW.date(),
        by=Actor.user(things.user.pk),
        at=NOW,
    )


def talk(things: Things, doctor_id: UUID) -> UUID:
    """Asked for, taken by the doctor, something said; the room is open."""
    by = Actor.user(things.user.pk)
    asked = telemed.request_urgent(
        user_id=things.user.pk,
        policy_id=things.policy_id,
        complaint=f"Жалоба {things.owner.secret}",
        consent_text="Согласен",
        by=by,
        at=NOW,
    )
    assert telemed.take_next(doctor_user_id=doctor_id, by=Actor.staff(doctor_id), at=NOW) == asked
    said = f"Со мной {things.owner.secret}"
    telemed.send_message(consultation_id=asked, user_id=things.user.pk, text=said, sent_key=uuid4(), by=by, at=NOW)
    telemed.share_file(
        consultation_id=asked,
        user_id=things.user.pk,
        name=f"{things.owner.secret}.png",
        content=PICTURE,
        sent_key=uuid4(),
        at=NOW,
    )
    return asked


def concluded(consultation_id: UUID, things: Things, doctor_id: UUID) -> None:
    telemed.finish_with_conclusion(
        consultation_id=consultation_id,
        doctor_user_id=doctor_id,
        complaints=f"Жалоба {things.owner.secret}",
        history="",
        recommendations=f"Совет {things.owner.secret}",
        referral="ent",
        referral_words=f"Осмотр {things.owner.secret}",
        by=Actor.staff(doctor_id),
        at=NOW,
    )


def added_and_shared(consultation_id: UUID, things: Things, doctor_id: UUID) -> str:
    """An addendum to the conclusion, the doctor's note, and a link to it; the link's secret."""
    doctor = Actor.staff(doctor_id)
    telemed.sign_addendum(
        consultation_id=consultation_id,
        doctor_user_id=doctor_id,
        text=f"Ещё {things.owner.secret}",
        by=doctor,
        at=NOW,
    )
    return telemed.share_conclusion(
        consultation_id=consultation_id,
        user_id=things.user.pk,
        policy_ids=[things.policy_id],
        days=7,
        by=Actor.user(things.user.pk),
        at=NOW,
    )


def paper(subject_type: str, subject_id: UUID) -> UUID:
    """A signed letter about something."""
    return documents.make_document(
        kind="letter",
        template="letter",
        facts={"title": "Справка", "number": "", "paragraphs": ["Текст"]},
        subject_type=subject_type,
        subject_id=subject_id,
        title="Справка",
        by=BY,
        at=NOW,
    )


def under_the_policy(things: Things, clinic: Clinic, therapist: Doctor, doctor_id: UUID) -> Things:
    """A booked visit, a slot held, a service paid, one disputed and one to come off the card, a talk that ended and one
    under way."""
    by = Actor.user(things.user.pk)
    mine = slots(therapist, BOOKED_ON)[things.owner.slot :]
    booked = appointments.hold_slot(slot_id=mine[0].pk, policy_id=things.policy_id, by=by, at=NOW)
    visit_id = appointments.confirm_booking(hold_id=booked, by=by, at=NOW)
    hold_id = appointments.hold_slot(slot_id=mine[1].pk, policy_id=things.policy_id, by=by, at=NOW)
    rendered(things, clinic, PAID_VISIT_ON)
    answered = rendered(things, clinic, DISPUTED_VISIT_ON)
    line = rendered(things, clinic, OPEN_VISIT_ON)
    dispute_id = disputed(things, answered)
    answer = f"Ответ {things.owner.secret}"
    care.reject_dispute(dispute_id=dispute_id, answer=answer, by=Actor.staff(doctor_id), at=NOW)
    ended = talk(things, doctor_id)
    concluded(ended, things, doctor_id)
    shared_with_another = added_and_shared(ended, things, doctor_id)
    entry_id, offer_id = waited(things, therapist)
    things.ids |= {
        "policy_id": things.policy_id,
        "visit_id": visit_id,
        "entry_id": entry_id,
        "offer_id": offer_id,
        "hold_id": hold_id,
        "encounter_id": line.encounter_id,
        "line_id": line.pk,
        "dispute_id": dispute_id,
        "report_id": report_mistake(
            clinic_id=clinic.pk,
            kind=ReportKind.PHONE,
            text=f"Не дозвонилась, {things.owner.secret}",
            user_id=things.user.pk,
            by=by,
            at=NOW,
        ),
        "noted_id": appointments.note_visit(
            policy_id=things.policy_id,
            clinic_id=clinic.pk,
            on=BOOKED_ON,
            at_local=time(16),
            words=f"Спросить про {things.owner.secret}",
            by=by,
            at=NOW,
        ),
        "call_id": appointments.ask_call_back(
            policy_id=things.policy_id,
            clinic_id=clinic.pk,
            phone=things.owner.who.phone,
            wish=f"Нужен врач, {things.owner.secret}",
            by=by,
            at=NOW,
        ),
        "file_id": DisputeFile.objects.get(dispute=dispute_id).pk,
        "charge_id": Charge.objects.get(encounter_id=line.encounter_id).pk,
        "document_id": paper("policy", things.policy_id),
        "letter_id": letter_about(visit_id),
        "consultation_id": talk(things, doctor_id),
        "past_id": ended,
        "share_id": Share.objects.get(consultation=ended).pk,
        "referral_id": Referral.objects.get(conclusion=ended).pk,
    }
    secret = appointments.make_calendar_address(user_id=things.user.pk, by=by, at=NOW)
    things.by_view["calendars"] = {"secret": secret}
    things.by_view["archive"] = {"consultation_id": ended, "number": 1}
    things.by_view["share"] = {"secret": shared_with_another}
    things.by_view |= {view: {"consultation_id": ended} for view in ("doctor:addendum", "doctor:notes")}
    sent = SharedFile.objects.get(consultation=things.ids["consultation_id"]).pk
    things.by_view |= {view: {"file_id": sent} for view in ("room:file", "room:preview")}
    # The clinic's own, as hers: another clinic's registrar finds neither.
    things.by_view["reception"] = {"doctor_id": therapist.pk, "hours_id": therapist.patterns.values_list("pk")[0][0]}
    return things


def waited(things: Things, therapist: Doctor) -> tuple[UUID, UUID]:
    """A place in the waiting list for a minute of the late evening that nobody else waits for, and its offer."""
    minute, by = things.owner.slot, Actor.user(things.user.pk)
    wish = Wish(
        therapist.specialty_code,
        BOOKED_ON,
        BOOKED_ON + timedelta(days=1),
        doctor_id=therapist.pk,
        from_local=time(23, minute),
        until_local=time(23, minute + 1),
    )
    entry_id = appointments.join_waiting_list(policy_id=things.policy_id, wish=wish, by=by, at=NOW)
    zone = therapist.clinic.zone
    starts_at = datetime.combine(BOOKED_ON, time(23, minute), ZoneInfo(zone))
    slot = Slot.objects.create(
        doctor=therapist,
        clinic=therapist.clinic,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(seconds=50),
        visit_on=BOOKED_ON,
        zone=zone,
    )
    assert appointments.offer_freed(slot_ids=[slot.pk], by=by, at=NOW) == 1
    return entry_id, WaitingOffer.objects.get(entry=entry_id).pk


def letter_about(visit_id: UUID) -> UUID:
    """The letter of guarantee that the clinic wanted, made and signed."""
    letter = GuaranteeLetter.objects.get(guarantee__appointment_id=visit_id)
    coverage.make_letter(letter_id=letter.pk, by=BY, at=NOW)
    return letter.pk


def consented(purpose: str, subject_type: str, subject_id: UUID) -> UUID:
    return accounts.record_consent(
        purpose=purpose,
        document_version="1",
        text="Я не против.",
        subject_type=subject_type,
        subject_id=subject_id,
        channel="portal",
        by=BY,
        at=SOLD_AT,
    )

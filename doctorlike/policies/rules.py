"""Numbers of policies, whose account a policy belongs in, what its dates mean, and what its end gives back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from doctorlike.kit import tries
from doctorlike.kit.dates import Period, birthday
from doctorlike.kit.money import Money, round_to_kopeck

WRONG_TRIES = 5
LOCK_FOR = timedelta(hours=1)


class LinkRole(StrEnum):
    """Why a policy stands in an account."""

    SELF = "self"  # the account holder is the insured
    GUARDIAN = "guardian"  # the adult policyholder of a child's policy
    PARENT = "parent"  # the child's other parent, invited by the policyholder: no part in contract and money


class Standing(StrEnum):
    """What a policy is on a day."""

    FUTURE = "future"
    WAITING = "waiting"
    ACTIVE = "active"
    ENDED = "ended"
    CANCELLED = "cancelled"


def policy_number(*, prefix: str, digits: int, copay_percent: int, serial: int) -> str:
    """«ONDL-300042»: prefix, two-digit percent, serial of at least `digits` digits (docs/rules/policy-numbers.md)."""
    return f"{prefix}-{copay_percent:02d}{serial:0{digits}d}"


_LOOK_ALIKE = str.maketrans("ОоАаВвСсЕеНнКкМмРрТтХх–—−", "OOAABBCCEEHHKKMMPPTTXX---")
_NUMBER = re.compile(r"([A-Z]+)-?(\d+)")


def normal_number(text: str) -> str:
    """A policy number as it is stored, from what a person typed: any case, spaces, dash of any kind or none, Cyrillic
    letters that look Latin. Text that is no number comes back trimmed and finds nothing."""
    compact = "".join(text.split()).translate(_LOOK_ALIKE).upper()
    found = _NUMBER.fullmatch(compact)
    return f"{found[1]}-{found[2]}" if found else compact


def is_child(*, born_on: date, on: date, child_age: int) -> bool:
    """Whether somebody is under `child_age` on a day of the insurer's calendar; the birthday itself ends it."""
    return on < birthday(born_on, child_age)


def role_for(
    *, holder_born_on: date, insured_born_on: date, policyholder_born_on: date, on: date, child_age: int
) -> LinkRole | None:
    """The role in which a policy may stand in the account of somebody born on `holder_born_on`, or None
    (docs/rules/linking.md). A child has no account of its own: its policy goes to the policyholder."""
    if is_child(born_on=insured_born_on, on=on, child_age=child_age):
        return LinkRole.GUARDIAN if holder_born_on == policyholder_born_on else None
    return LinkRole.SELF if holder_born_on == insured_born_on else None


def medical_open(*, role: str, insured_born_on: date, on: date, child_age: int) -> bool:
    """Whether the account may see visits, services and conclusions: parents only until the child's birthday."""
    match role:
        case LinkRole.SELF:
            return True
        case LinkRole.GUARDIAN | LinkRole.PARENT:
            return is_child(born_on=insured_born_on, on=on, child_age=child_age)
        case _:
            return False


class BirthdayKind(StrEnum):
    """Which notice the adults of a child's policy get of the birthday that closes its medical content."""

    AHEAD = "ahead"
    DAY = "day"


# So long before the birthday the adults are told and may invite the insured.
BIRTHDAY_AHEAD = timedelta(days=30)
# A notice of the day that was missed for longer says nothing new.
BIRTHDAY_LATE = timedelta(days=30)
INVITATION_DAY = timedelta(days=1)
# An invitation serves so long after the insured may follow it.
OWN_ACCOUNT_SERVES = timedelta(days=30)


def birthday_notice(
    *,
    born_on: date,
    child_age: int,
    concluded_on: date,
    period: Period,
    cancelled_on: date | None,
    on: date,
) -> BirthdayKind | None:
    """The notice due on a day, or None (docs/rules/coming-of-age.md): of contracts concluded for a child that are in
    force, or still to begin, on the birthday. Whoever missed the day is told until `BIRTHDAY_LATE` after it."""
    of_age_on = birthday(born_on, child_age)
    if concluded_on >= of_age_on or min(period.ends_on, cancelled_on or period.ends_on) <= of_age_on:
        return None
    if of_age_on - BIRTHDAY_AHEAD <= on < of_age_on:
        return BirthdayKind.AHEAD
    return BirthdayKind.DAY if of_age_on <= on < of_age_on + BIRTHDAY_LATE else None


class OwnAccountStep(StrEnum):
    """What somebody meets who opened the link to an own account."""

    NOT_YET = "not_yet"  # the birthday is still to come
    SIGN_IN = "sign_in"
    PROFILE = "profile"  # the account does not know its holder's birth date
    ACCEPT = "accept"
    USED = "used"
    LOCKED = "locked"  # five tries of somebody else
    OLD = "old"


def own_account_step(
    *,
    accepted: bool,
    wrong_tries: int,
    of_age_on: date,
    last_on: date,
    on: date,
    signed_in: bool,
    has_profile: bool,
) -> OwnAccountStep:
    """What the link leads to on an insurer's date. Whether the account's birth date fits is not among it: that is
    only said of a try, and tries are counted."""
    if accepted:
        return OwnAccountStep.USED
    if wrong_tries >= WRONG_TRIES:
        return OwnAccountStep.LOCKED
    if on > last_on:
        return OwnAccountStep.OLD
    if on < of_age_on:
        return OwnAccountStep.NOT_YET
    if not signed_in:
        return OwnAccountStep.SIGN_IN
    return OwnAccountStep.ACCEPT if has_profile else OwnAccountStep.PROFILE


def insured_from(period: Period, waiting_days: int) -> date:
    """The first day on which seeking help is an insured event (docs/rules/dates.md)."""
    return period.starts_on + timedelta(days=waiting_days)


def standing(*, period: Period, cancelled_on: date | None, waiting_days: int, on: date) -> Standing:
    """What the policy is on a day; `cancelled_on` is the first day no longer covered. One that was ended before its
    first day never begins: it is cancelled at once."""
    if cancelled_on is not None and (on >= cancelled_on or cancelled_on <= period.starts_on):
        return Standing.CANCELLED
    if on < period.starts_on:
        return Standing.FUTURE
    if on >= period.ends_on:
        return Standing.ENDED
    return Standing.WAITING if on < insured_from(period, waiting_days) else Standing.ACTIVE


def locked_until(*, wrong_at: list[datetime], at: datetime) -> datetime | None:
    """Until when linking is locked, or None. `wrong_at` are instants of wrong tries; five within an hour lock it for
    an hour from the fifth."""
    return tries.locked_until(wrong_at=wrong_at, at=at, most=WRONG_TRIES, lasts=LOCK_FOR)


def may_end(*, holder_born_on: date | None, policyholder_born_on: date, role: str, own: bool, reached: bool) -> bool:
    """Whether an account may end the contract, renew it or read what was paid: only the policyholder's may. `role` is
    the account's for the policy («» when it is not linked there), `own`: insured and policyholder are one person,
    `reached`: a verified contact of the account is the contract's."""
    if role == LinkRole.GUARDIAN or (role == LinkRole.SELF and own):
        return True
    if role == LinkRole.PARENT:
        return False
    return reached and holder_born_on == policyholder_born_on


class LateRefund(StrEnum):
    """What a version gives back when a contract is ended after the cooling-off time, or after an insured event."""

    NONE = "none"
    PRO_RATA = "pro_rata"


@dataclass(frozen=True, slots=True)
class CancellationOutcome:
    """What ending a contract gives back, and why so much. `cancelled_on` is the first day no longer covered;
    `cooling_off_until` the last day of the cooling-off time."""

    cooling_off_until: date
    cooling_off: bool
    insured_event: bool
    cancelled_on: date
    days_left: int
    days_total: int
    refund: Money


def cancellation_outcome(
    *,
    premium: Money,
    period: Period,
    concluded_on: date,
    asked_on: date,
    cooling_off_days: int,
    insured_event: bool,
    late_refund: LateRefund = LateRefund.NONE,
    late_kept_percent: int = 0,
) -> CancellationOutcome:
    """What a contract ended on `asked_on` gives back (docs/rules/cancellation.md). That day still counts as in force.
    Of a late refund the insurer keeps `late_kept_percent`. All dates are the insurer's. ValueError when the period is
    over by then."""
    if asked_on >= period.ends_on:
        raise ValueError("a contract that is over is not cancelled")
    until = concluded_on + timedelta(days=cooling_off_days)
    cancelled_on = asked_on + timedelta(days=1)
    days_left = period.days if cancelled_on <= period.starts_on else (period.ends_on - cancelled_on).days
    cooling_off = asked_on <= until
    share = Money(round_to_kopeck(premium.amount * Decimal(days_left) / Decimal(period.days)))
    if cooling_off and not insured_event:
        refund = share
    elif late_refund is LateRefund.PRO_RATA:
        refund = share - share.share(late_kept_percent)
    else:
        refund = Money.zero()
    return CancellationOutcome(
        cooling_off_until=until,
        cooling_off=cooling_off,
        insured_event=insured_event,
        cancelled_on=cancelled_on,
        days_left=days_left,
        days_total=period.days,
        refund=refund,
    )


class InvitationState(StrEnum):
    """How far the other parent's invitation has come. An ended access is no invitation any more: a new one is sent."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"  # by the invited
    REVOKED = "revoked"  # by the policyholder, or another took its place
    LOCKED = "locked"  # the child's data were wrong five times
    ENDED = "ended"  # the access that was given ended again


class InvitationEvent(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    REVOKE = "revoke"
    LOCK = "lock"
    END = "end"


_WAITING = InvitationState.WAITING
INVITATION_TRANSITIONS: Mapping[tuple[InvitationState, InvitationEvent], InvitationState] = {
    (_WAITING, InvitationEvent.ACCEPT): InvitationState.ACCEPTED,
    (_WAITING, InvitationEvent.DECLINE): InvitationState.DECLINED,
    (_WAITING, InvitationEvent.REVOKE): InvitationState.REVOKED,
    (_WAITING, InvitationEvent.LOCK): InvitationState.LOCKED,
    (InvitationState.ACCEPTED, InvitationEvent.END): InvitationState.ENDED,
}

# True time, as of codes: long enough for somebody who reads mail on Sundays.
INVITATION_SERVES = timedelta(days=7)
MOST_INVITATIONS_A_DAY = 3
# What was proven of the child is asked anew after that.
PROVEN_FOR = timedelta(minutes=30)


def next_invitation_state(state: InvitationState, event: InvitationEvent) -> InvitationState | None:
    """None when that does not happen any more: what has ended stays as it ended."""
    return INVITATION_TRANSITIONS.get((state, event))


def may_send_invitation(sent_at: Iterable[datetime], *, at: datetime) -> bool:
    """Whether one more invitation about a policy may be sent: three in 24 hours, whoever they went to."""
    return sum(at - instant < timedelta(days=1) for instant in sent_at) < MOST_INVITATIONS_A_DAY


class InvitationStep(StrEnum):
    """What somebody who opened the link meets."""

    SIGN_IN = "sign_in"
    OTHER_CONTACT = "other_contact"  # signed in, but not by the contact the link was sent to
    PROVE = "prove"  # birth date and document of the child
    ACCEPT = "accept"
    USED = "used"
    REVOKED = "revoked"
    DECLINED = "declined"
    LOCKED = "locked"
    OLD = "old"
    GROWN = "grown"  # the child has turned fifteen
    OVER = "over"  # the contract ended


_GONE: Mapping[InvitationState, InvitationStep] = {
    InvitationState.ACCEPTED: InvitationStep.USED,
    InvitationState.ENDED: InvitationStep.USED,
    InvitationState.REVOKED: InvitationStep.REVOKED,
    InvitationState.DECLINED: InvitationStep.DECLINED,
    InvitationState.LOCKED: InvitationStep.LOCKED,
}


def invitation_step(
    *,
    state: InvitationState,
    open_until: datetime,
    real_at: datetime,
    signed_in: bool,
    contact_fits: bool,
    insured_is_child: bool,
    contract_over: bool,
    proven: bool,
) -> InvitationStep:
    """What a link leads to (docs/rules/linking.md). Of the child or the contract nothing is said before the contact it
    was sent to is shown to be the visitor's. `open_until` and `real_at` are true instants."""
    if state in _GONE:
        return _GONE[state]
    if real_at >= open_until:
        return InvitationStep.OLD
    if not signed_in:
        return InvitationStep.SIGN_IN
    if not contact_fits:
        return InvitationStep.OTHER_CONTACT
    if contract_over:
        return InvitationStep.OVER
    if not insured_is_child:
        return InvitationStep.GROWN
    return InvitationStep.ACCEPT if proven else InvitationStep.PROVE

"""States of payments, attempts and card bindings, and what moves them (docs/rules/payments.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class PaymentState(StrEnum):
    OPEN = "open"  # an attempt is under way or waits for the payer
    UNKNOWN = "unknown"  # the acquirer did not answer; it will be asked until it tells
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    MISMATCH = "mismatch"  # the acquirer names another amount: stopped for a person
    LATE = "late"  # debited after it had been given up: a person returns or accepts it


class News(StrEnum):
    """What was learnt about the attempt of a payment."""

    NO_ANSWER = "no_answer"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    DIFFERS = "differs"


_S, _N = PaymentState, News
PAYMENT_TABLE: Mapping[tuple[PaymentState, News], PaymentState] = {
    (_S.OPEN, _N.NO_ANSWER): _S.UNKNOWN,
    (_S.OPEN, _N.PENDING): _S.OPEN,
    (_S.OPEN, _N.SUCCEEDED): _S.SUCCEEDED,
    (_S.OPEN, _N.DECLINED): _S.DECLINED,
    (_S.OPEN, _N.DIFFERS): _S.MISMATCH,
    (_S.UNKNOWN, _N.NO_ANSWER): _S.UNKNOWN,
    (_S.UNKNOWN, _N.PENDING): _S.OPEN,
    (_S.UNKNOWN, _N.SUCCEEDED): _S.SUCCEEDED,
    (_S.UNKNOWN, _N.DECLINED): _S.DECLINED,
    (_S.UNKNOWN, _N.DIFFERS): _S.MISMATCH,
    # What is settled stays settled, in whatever order news arrive; only a late debit is news.
    **{(_S.SUCCEEDED, news): _S.SUCCEEDED for news in News},
    **{(_S.DECLINED, news): _S.DECLINED for news in News},
    **{(_S.MISMATCH, news): _S.MISMATCH for news in News},
    **{(_S.LATE, news): _S.LATE for news in News},
    (_S.DECLINED, _N.SUCCEEDED): _S.LATE,
    (_S.DECLINED, _N.DIFFERS): _S.LATE,
}

# States in which nothing else may be paid for the same thing.
LIVE = (_S.OPEN, _S.UNKNOWN, _S.SUCCEEDED, _S.MISMATCH)
SETTLED = (_S.SUCCEEDED, _S.DECLINED)


class AttemptState(StrEnum):
    """One request to the acquirer, under one idempotency key."""

    NEW = "new"  # committed, not sent
    SENT = "sent"  # a process is calling, or was killed while it called
    PENDING = "pending"  # the acquirer has it and waits, for the payer or the bank
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"
    DIFFERS = "differs"


LIVE_ATTEMPT = (AttemptState.NEW, AttemptState.SENT, AttemptState.PENDING, AttemptState.UNKNOWN)
ATTEMPT_AFTER: Mapping[News, AttemptState] = {
    News.NO_ANSWER: AttemptState.UNKNOWN,
    News.PENDING: AttemptState.PENDING,
    News.SUCCEEDED: AttemptState.SUCCEEDED,
    News.DECLINED: AttemptState.CANCELED,
    News.DIFFERS: AttemptState.DIFFERS,
}


class HintState(StrEnum):
    """What was done about a notification of the acquirer."""

    WAITING = "waiting"
    ASKING = "asking"  # a job has it in hand, or was killed with it
    APPLIED = "applied"
    IGNORED = "ignored"  # the acquirer has no such object of ours
    FAILED = "failed"


# Hints that a job has still to come to.
OPEN_HINT = (HintState.WAITING, HintState.ASKING)


class BindingState(StrEnum):
    NEW = "new"
    PENDING = "pending"
    UNKNOWN = "unknown"
    BOUND = "bound"
    FAILED = "failed"


LIVE_BINDING = (BindingState.NEW, BindingState.PENDING, BindingState.UNKNOWN)


class PaymentSystem(StrEnum):
    """What the client chooses at binding; each may have an acquirer contract of its own."""

    WORLD = "world"
    MIR = "mir"


class Decline(StrEnum):
    SOFT = "soft"  # no money, issuer busy: the same card may serve later
    HARD = "hard"  # stolen, closed, expired: it will not


# The acquirer remembers an idempotency key for 24 hours; an hour less leaves room for clocks that disagree.
KEY_REMEMBERED = timedelta(hours=23)
# After this long no request of ours can still be on its way to the acquirer.
SURELY_ARRIVED = timedelta(minutes=5)
# A request whose process was killed is taken up by the next sweep after this long.
SURELY_ABANDONED = timedelta(minutes=2)


def may_repeat(*, first_sent_at: datetime, card_bound: bool, at: datetime) -> bool:
    """Whether an unanswered request may be sent again under its key: the acquirer still remembers the key, and a card
    that was unbound meanwhile is not touched. True instants."""
    return card_bound and at - first_sent_at < KEY_REMEMBERED


# What the receipt calls the thing paid for (54-FZ, tag 1212), by purpose; insurance and medical help bear no VAT
# (Tax Code, article 149).
RECEIPT_SUBJECTS: Mapping[str, str] = {"order": "insurance_premium", "charge": "service"}

REASONS: Mapping[str, Promise] = {
    "insufficient_funds": _("на карте не хватило денег"),
    "issuer_unavailable": _("банк карты не ответил"),
    "general_decline": _("банк отказал и не назвал причину"),
    "payment_method_limit_exceeded": _("исчерпан лимит платежей по карте"),
    "3d_secure_failed": _("не удалось подтвердить платёж кодом банка"),
    "call_issuer": _("банк отказал и просит позвонить ему"),
    "card_expired": _("срок карты истёк"),
    "payment_method_restricted": _("карта закрыта или заблокирована банком"),
    "invalid_card_number": _("номер карты введён с ошибкой"),
    "invalid_csc": _("код с обратной стороны карты введён с ошибкой"),
    "fraud_suspected": _("платёж показался банку подозрительным"),
    "country_forbidden": _("карты этой страны не принимаются"),
    "permission_revoked": _("разрешение списывать с карты отозвано"),
    "card_unbound": _("карта отвязана"),
    "card_refused": _("с этой карты списать нельзя"),
    "expired_on_confirmation": _("оплата не была завершена за отведённое время"),
    "never_arrived": _("банк не получил запрос, деньги не списаны"),
    "not_bound": _("карту не удалось привязать или привязка не завершена"),
}


def reason_words(reason: str) -> str:
    """A decline in plain words; one the acquirer named and we do not know is told without a cause."""
    return str(REASONS.get(reason, _("платёж не прошёл")))


class RefundState(StrEnum):
    ASKED = "asked"  # one person asked, another has to decide
    REFUSED = "refused"
    NEW = "new"  # approved, not sent
    SENT = "sent"
    PENDING = "pending"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"  # the acquirer said no


LIVE_REFUND = (RefundState.NEW, RefundState.SENT, RefundState.PENDING, RefundState.UNKNOWN)
# Of these the acquirer may have given money back, and we do not know it yet.
SENT_REFUND = (RefundState.SENT, RefundState.PENDING, RefundState.UNKNOWN)
# Money of these refunds is not given back: it may be asked for anew.
ENDED_REFUND = (RefundState.REFUSED, RefundState.DECLINED)
# What was learnt → state. What succeeded stays so; one given up that shows up all the same has succeeded.
REFUND_AFTER: Mapping[News, RefundState] = {
    News.NO_ANSWER: RefundState.UNKNOWN,
    News.PENDING: RefundState.PENDING,
    News.SUCCEEDED: RefundState.SUCCEEDED,
    News.DECLINED: RefundState.DECLINED,
}


class RefundReason(StrEnum):
    """Why money goes back: words for the trail and the desk, nothing of what was done at the clinic."""

    CHARGED_IN_ERROR = "charged_in_error"
    PAID_TWICE = "paid_twice"
    SERVICE_NOT_GIVEN = "service_not_given"
    CONTRACT_ENDED = "contract_ended"
    NOT_ASKED_FOR = "not_asked_for"


REFUND_REASONS: Mapping[RefundReason, Promise] = {
    RefundReason.CHARGED_IN_ERROR: _("Списано по ошибке"),
    RefundReason.PAID_TWICE: _("Оплачено дважды"),
    RefundReason.SERVICE_NOT_GIVEN: _("Услуга не оказана"),
    RefundReason.CONTRACT_ENDED: _("Договор расторгнут"),
    RefundReason.NOT_ASKED_FOR: _("Списана не та сумма или списано поздно"),
}
REFUND_STATES: Mapping[RefundState, Promise] = {
    RefundState.ASKED: _("Ждёт решения"),
    RefundState.REFUSED: _("Отказано"),
    RefundState.NEW: _("Отправляем"),
    RefundState.SENT: _("Отправляем"),
    RefundState.PENDING: _("Ждём банк"),
    RefundState.UNKNOWN: _("Ждём банк"),
    RefundState.SUCCEEDED: _("Возвращено"),
    RefundState.DECLINED: _("Банк отказал"),
}
# Payments whose money may be given back: accepted ones, and those stopped for a person.
REFUNDABLE = (PaymentState.SUCCEEDED, PaymentState.MISMATCH, PaymentState.LATE)


def refund_after(state: RefundState, news: News) -> RefundState:
    """News come in any order, any number of times."""
    if state == RefundState.SUCCEEDED or (state == RefundState.DECLINED and news != News.SUCCEEDED):
        return state
    if state == RefundState.PENDING and news == News.NO_ANSWER:
        return state
    return REFUND_AFTER[news]

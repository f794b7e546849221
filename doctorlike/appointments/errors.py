"""Refusals of booking."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class SlotTakenError(DomainError):
    code = "slot_taken"
    message = _("Это время только что заняли. Выберите другое, ближайшие мы показали.")


class SlotPastError(DomainError):
    code = "slot_past"
    message = _("Это время уже прошло. Выберите другое.")


class HoldEndedError(DomainError):
    code = "hold_ended"
    message = _("Мы больше не держим это время: прошло пять минут или вы выбрали другое. Выберите время ещё раз.")


class OverlappingVisitError(DomainError):
    code = "overlapping_visit"
    message = _("На это время у пациента уже есть другая запись. Отмените её или выберите другое время.")


class NotCoveredError(DomainError):
    """`reasons` are those of `coverage.rules`, every one of them, in their order."""

    code = "not_covered"
    message = _("Полис не покрывает этот визит.")

    def __init__(self, *, reasons: tuple[Any, ...], **facts: Any) -> None:
        self.reasons = reasons
        super().__init__(**facts)


class VisitStartedError(DomainError):
    code = "visit_started"
    message = _("Визит уже начался, отменить его нельзя. Если вы не придёте, скажите об этом клинике по телефону.")


class VisitNotStartedError(DomainError):
    code = "visit_not_started"
    message = _("Визит ещё не начался: отметить неявку можно после времени начала.")


class NotTheVisitsDayError(DomainError):
    code = "not_the_visits_day"
    message = _("Визит в другой день: отметить приход можно с его даты.")


class TransitionRefusedError(DomainError):
    code = "transition_refused"
    message = _("С этой записью так поступить уже нельзя: обновите страницу, она изменилась.")

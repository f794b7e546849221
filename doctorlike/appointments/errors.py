"""Refusals of booking, and of schedules that cannot be."""

from __future__ import annotations

from typing import Any
from uuid import UUID

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


class NotedInThePastError(DomainError):
    code = "noted_in_the_past"
    message = _("Это время уже прошло. Укажите день и час, на которые вас записали.")


class NotedTooFarError(DomainError):
    code = "noted_too_far"
    message = _("До этого дня больше года. Проверьте дату.")


class NotedVisitIsOverError(DomainError):
    code = "noted_visit_is_over"
    message = _("Этот визит уже начался, изменить его нельзя. Отметку можно убрать.")


class CallWaitsError(DomainError):
    code = "call_waits"
    message = _("Вы уже попросили перезвонить: пока звонок не состоялся, второй не нужен.")


class CallIsTakenError(DomainError):
    code = "call_is_taken"
    message = _("Этот звонок уже взял другой оператор.")


class CallNotTakenError(DomainError):
    code = "call_not_taken"
    message = _("Сначала возьмите звонок: пока он ждёт в очереди.")


class CallIsOverError(DomainError):
    code = "call_is_over"
    message = _("Этот звонок уже завершён: обновите страницу.")


class NotCoveredError(DomainError):
    """`reasons` are those of `coverage.rules`, every one of them, in their order."""

    code = "not_covered"
    message = _("Полис не покрывает этот визит.")

    def __init__(self, *, reasons: tuple[Any, ...], **facts: Any) -> None:
        self.reasons = reasons
        super().__init__(**facts)


class FreeNowError(DomainError):
    """`slot_id` is such a time."""

    code = "free_now"
    message = _("Подходящее время свободно прямо сейчас: ждать не нужно, запишитесь.")

    def __init__(self, *, slot_id: UUID, **facts: Any) -> None:
        self.slot_id = slot_id
        super().__init__(**facts)


class AlreadyWaitingError(DomainError):
    """`entry_id` is the place that there is."""

    code = "already_waiting"
    message = _("Вы уже ждёте это время. Чтобы изменить дни или часы, уйдите из этой очереди и встаньте снова.")

    def __init__(self, *, entry_id: UUID, **facts: Any) -> None:
        self.entry_id = entry_id
        super().__init__(**facts)


class TooManyPlacesError(DomainError):
    code = "too_many_places"
    message = _("Одновременно можно ждать не больше чем в пяти очередях. Уйдите из одной, чтобы встать в другую.")


class WaitingDaysError(DomainError):
    code = "waiting_days"
    message = _("Выберите дни от сегодняшнего, не больше 90 подряд, и часы, из которых первый раньше последнего.")


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


class OverlappingHoursError(DomainError):
    """`weekday` (Monday is 0) of hours that repeat, or else `day`; the `hours` meet the `other` ones."""

    code = "overlapping_hours"
    message = _("В это время у врача уже есть часы приёма. Измените их или выберите другое время.")


class RoomTakenError(DomainError):
    """`room` and the `doctor` who works there; `weekday` or `day` and `hours` tell when."""

    code = "room_taken"
    message = _("Кабинет {room} в это время занят: {doctor}. Выберите другой кабинет или другие часы.")


class DoctorKnownError(DomainError):
    code = "doctor_known"
    message = _("Врач с таким именем в вашей клинике уже есть.")


class PlanChangedError(DomainError):
    """Somebody booked or cancelled since the change was looked through."""

    code = "plan_changed"
    message = _("Пока вы смотрели, записи изменились. Проверьте список ещё раз и примените изменение.")

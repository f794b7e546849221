"""Why a policy is not issued or not linked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class ProfileNeededError(DomainError):
    """Says nothing about any policy: without a birth date in the account nothing can be linked."""

    code = "profile_needed"
    message = _("Сначала заполните в профиле имя и дату рождения: по ним мы узнаём, чей это полис.")


class LinkRefusedError(DomainError):
    """One refusal for an unknown number, another's birth date and a wrong or expired code: the answer must not tell
    whether a number exists."""

    code = "link_refused"
    message = _(
        "Привязать полис не получилось. Проверьте код из сообщения, номер полиса и дату рождения. "
        "Код действует 5 минут; если он не пришёл, начните с номера ещё раз."
    )


class LinkingLockedError(DomainError):
    code = "linking_locked"
    message = _("Было пять неудачных попыток, поэтому привязка закрыта на час. Попробуйте позже или позвоните нам.")


class PolicyOverError(DomainError):
    code = "policy_over"
    message = _("Договор уже закончился, расторгать нечего.")


class CancelledAlreadyError(DomainError):
    code = "cancelled_already"
    message = _("Договор уже расторгнут.")


class RefundChangedError(DomainError):
    """The page was opened on another day, or a service was accepted meanwhile: what it promised no longer holds."""

    code = "refund_changed"
    message = _("Пока страница была открыта, сумма возврата изменилась. Проверьте её ещё раз.")


class NothingCorrectedError(DomainError):
    code = "nothing_corrected"
    message = _("Вы ничего не изменили. Исправьте имя или данные документа.")

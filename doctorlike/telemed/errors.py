from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class WrongStepError(DomainError):
    code = "consultation_wrong_step"
    message = _("Этот шаг для консультации уже закрыт. Обновите страницу, чтобы увидеть, на чём она.")


class NotCoveredError(DomainError):
    """`reasons`: codes of the eligibility decision."""

    code = "consultation_not_covered"
    message = _("Консультация по этому полису сейчас недоступна.")


class AlreadyAskedError(DomainError):
    """`consultation_id`: the live consultation of that patient."""

    code = "consultation_already_asked"
    message = _("У этого пациента уже идёт консультация.")


class EmptyMessageError(DomainError):
    code = "empty_message"
    message = _("Напишите сообщение: пустое отправить нельзя.")


class BusyDoctorError(DomainError):
    """`consultation_id`: the consultation the doctor has not finished."""

    code = "doctor_is_busy"
    message = _("Сначала закончите начатую консультацию.")

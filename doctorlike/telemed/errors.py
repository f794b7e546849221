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


class NoSignalError(DomainError):
    code = "no_such_signal"
    message = _("Звонок такого не знает.")


class WrongFileError(DomainError):
    code = "wrong_file"
    message = _("Можно отправить снимок (JPEG, PNG, WebP) или PDF до 10 МБ. Если файл такой, сохраните его заново.")


class TooManyFilesError(DomainError):
    code = "too_many_files"
    message = _("В одной консультации можно отправить не больше 20 файлов.")


class EmptyConclusionError(DomainError):
    code = "empty_conclusion"
    message = _("Заполните жалобы и рекомендации: без них заключение пациенту не поможет.")


class UnknownDiagnosisError(DomainError):
    code = "unknown_diagnosis"
    message = _("Такого кода нет среди действующих диагнозов МКБ-10. Найдите его по названию.")


class DiagnosisNotEarlierError(DomainError):
    code = "diagnosis_not_earlier"
    message = _(
        "Диагноз можно указать, только если врач поставил его раньше на очном приёме. Укажите день того приёма: "
        "до сегодняшнего. Первичный диагноз на расстоянии не ставится."
    )


class UnplacedDiagnosisError(DomainError):
    code = "unplaced_diagnosis"
    message = _("Укажите, в какой клинике или какой врач поставил этот диагноз очно.")


class UnknownReferralError(DomainError):
    code = "unknown_referral"
    message = _("Выберите специальность врача из списка.")


class DraftChangedError(DomainError):
    """Somebody (the same doctor elsewhere) wrote after the text was read through."""

    code = "draft_changed"
    message = _("После того как вы прочитали заключение, его изменили на другом устройстве. Прочитайте его ещё раз.")


class EmptyAddendumError(DomainError):
    code = "empty_addendum"
    message = _("Напишите дополнение: пустое подписать нельзя.")


class EmptyTemplateError(DomainError):
    code = "empty_template"
    message = _("Назовите шаблон и заполните хотя бы одну часть заключения.")


class WrongShareDaysError(DomainError):
    code = "wrong_share_days"
    message = _("Выберите, сколько дней работает ссылка: 1, 7 или 30.")


class UnreadableClassificationError(DomainError):
    """`row`: number of the line in the file; `reason`: what is wrong with it."""

    code = "unreadable_classification"
    message = _("Файл не похож на справочник МКБ-10: строка {row}, {reason}.")


class UnreadableTemplatesError(DomainError):
    code = "unreadable_templates"
    message = _(
        "Файл не похож на список шаблонов: нужен JSON с title, speciality, complaints, history, recommendations."
    )

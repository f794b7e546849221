from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class UnreadableRegisterError(DomainError):
    """`file_name`, `what`: the file as a whole cannot be read; nothing of it was loaded."""

    code = "unreadable_register"
    message = _("Реестр «{file_name}» не загружен. {what}")


class UnknownClinicError(DomainError):
    code = "unknown_clinic"
    message = _("Клиники «{clinic}» нет в сети.")


class AlreadyDisputedError(DomainError):
    """A line is disputed once; whoever disagrees with the answer complains."""

    code = "already_disputed"
    message = _("По этой услуге вы уже обращались. Ответ и что делать дальше — на странице обращения.")


class AlreadyAnsweredError(DomainError):
    code = "already_answered"
    message = _("На это обращение уже ответили.")


class NothingToComplainError(DomainError):
    """Only a rejected dispute is complained about, and once."""

    code = "nothing_to_complain"
    message = _("Претензию подают на отказ, и один раз.")


class SamePersonAnswersError(DomainError):
    """Whoever rejected a dispute does not answer the complaint about that."""

    code = "same_person_answers"
    message = _("В этом обращении отказали вы. На претензию должен ответить другой сотрудник.")


class UnsuitableFileError(DomainError):
    """`name` of the file, `what` is wrong with it, in words for whoever sends it."""

    code = "unsuitable_file"
    message = _("Файл «{name}» не принят. {what}")


class ColumnsLackError(DomainError):
    """`columns` that were not named are needed."""

    code = "columns_lack"
    message = _("Укажите столбцы: {columns}.")


class RegisterUnderWayError(DomainError):
    """Its columns are known, and it is being read, or was."""

    code = "register_under_way"
    message = _("Этот реестр уже разбирается, его столбцы не изменить.")


class NothingToCorrectError(DomainError):
    """Only a register that was decided is corrected, and by whoever sent it."""

    code = "nothing_to_correct"
    message = _("Исправить можно только свой реестр, по которому уже есть решение.")

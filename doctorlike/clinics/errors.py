"""Why a list of clinics is not taken, and why the network stays as it is."""

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class UnreadableListError(DomainError):
    """The file as a whole cannot be trusted; nothing of it was stored. `row` counts from 1, the header's included."""

    code = "unreadable_list"
    message = _("Список клиник не загружен, строка {row}: {reason}")


class RunRefusedError(DomainError):
    """The list is in a state from which this cannot be done. `state` is its name for people."""

    code = "run_refused"
    message = _("Сейчас так сделать нельзя: список в состоянии «{state}». Обновите страницу.")


class NothingToApplyError(DomainError):
    code = "nothing_to_apply"
    message = _("В файле нет ни одной строки, которую можно загрузить. Исправьте строки и попробуйте снова.")


class LaterDependsError(DomainError):
    """A list cannot be taken back: `reason` names what came after it."""

    code = "later_depends"
    message = _("Отозвать список целиком нельзя: {reason}")


class MappingLacksError(DomainError):
    """`columns` are the titles of the fields that no column was named for."""

    code = "mapping_lacks"
    message = _("Укажите столбцы: {columns}.")


class RowNotMendedError(DomainError):
    """The row still cannot be taken; `remarks` say at which columns."""

    code = "row_not_mended"
    message = _("Строку пока принять нельзя. Посмотрите, что написано у столбцов.")


class MembershipDayError(DomainError):
    """The day contradicts what is known of the clinic's membership; `reason` says how."""

    code = "membership_day"
    message = _("Дата не подходит: {reason}")


class ListTooLongError(DomainError):
    code = "list_too_long"
    message = _("Список слишком длинный для PDF. Скачайте таблицу или выберите один регион.")


class TooManyReportsError(DomainError):
    code = "too_many_reports"
    message = _("Сегодня вы уже прислали несколько сообщений. Позвоните нам или напишите завтра.")

"""Why a policy is not issued or not linked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError


class ProfileNeededError(DomainError):
    """Says nothing about any policy: without a birth date in the account nothing can be linked."""

    code = "profile_needed"
    message = _("Сначала заполните в профиле имя и дату рождения: по ним мы узнаём, чей это полис.")


class NotInsuredsContactError(DomainError):
    """The insured's own phone or address is asked for; this one is the policyholder's, or of the account that asks."""

    code = "not_insureds_contact"
    message = _("Это контакт взрослого. Укажите телефон или почту, которыми пользуется сам застрахованный.")


class InvitationRestsError(DomainError):
    code = "invitation_rests"
    message = _("За сутки можно отправить три приглашения. Следующее отправьте завтра.")


class OwnAccountOpenError(DomainError):
    """Another contact would open a second account to what is the insured's alone: only the desk names one anew."""

    code = "own_account_open"
    message = _(
        "Собственный кабинет уже открыт. Если застрахованный потерял к нему доступ, пусть позвонит нам сам: {phone}."
    )


class TooEarlyToInviteError(DomainError):
    """Before the month that leads up to the birthday."""

    code = "too_early_to_invite"
    message = _("Пригласить можно с {day}.")


class OwnAccountRefusedError(DomainError):
    """One refusal whatever does not fit: whose policy it is must not be guessed."""

    code = "own_account_refused"
    message = _(
        "Открыть полис в этом кабинете не получилось: дата рождения в профиле не совпала с полисом. Проверьте её и "
        "попробуйте ещё раз или позвоните нам: {phone}."
    )


class OwnAccountChangedError(DomainError):
    """The link leads elsewhere by now: it was used, replaced, or has become old."""

    code = "own_account_changed"
    message = _("По этой ссылке полис уже не открыть. Посмотрите, почему.")


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
    message = _(
        "Было пять неудачных попыток, поэтому привязка закрыта ещё на {minutes} мин. Попробуйте позже или позвоните "
        "нам: {phone}."
    )


class LinkTryOldError(DomainError):
    """The same for a try that fits a policy and one that fits none."""

    code = "link_try_old"
    message = _("Этот код больше не действует: он живёт 5 минут. Начните с номера полиса ещё раз: пришлём новый.")


class UnreadablePolicyListError(DomainError):
    """The list cannot be trusted as a whole; `row` counts from 1, the header's included."""

    code = "unreadable_policy_list"
    message = _("Список не прочитан, строка {row}: {reason}")


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


class ContractOverError(DomainError):
    code = "contract_over"
    message = _("Договор уже закончился: приглашать к этому полису некого.")


class ChildGrownError(DomainError):
    code = "child_grown"
    message = _("Ребёнку исполнилось 15 лет: сведения о здоровье теперь видит только он сам.")


class NoChildDocumentError(DomainError):
    """The invited could prove nothing: the contract has no document of the child."""

    code = "no_child_document"
    message = _("В полисе нет данных свидетельства о рождении. Позвоните нам, мы их внесём: {phone}.")


class OwnContactError(DomainError):
    code = "own_contact"
    message = _("Это ваш собственный контакт. Укажите телефон или почту второго родителя.")


class OtherParentKnownError(DomainError):
    """A child has two parents: the first is the policyholder."""

    code = "other_parent_known"
    message = _("Доступ второго родителя уже открыт. Чтобы пригласить другого человека, сначала закройте этот доступ.")


class InvitationsSpentError(DomainError):
    code = "invitations_spent"
    message = _("Сегодня отправлено уже три приглашения. Следующее можно отправить через сутки после первого из них.")


class ChildNotMatchedError(DomainError):
    """One refusal for the birth date, the series and the number: which of them is wrong is not told."""

    code = "child_not_matched"
    message = _(
        "Данные не подошли. Проверьте дату рождения, серию и номер: они должны быть такими, как в свидетельстве "
        "ребёнка. Осталось попыток: {left}."
    )


class InvitationChangedError(DomainError):
    """The link leads elsewhere by now: it was used, revoked, has become old, or was opened by somebody else."""

    code = "invitation_changed"
    message = _("Пока страница была открыта, приглашение изменилось. Посмотрите ещё раз.")


class DoesNotFitError(DomainError):
    """The account may not have the policy: `fit` is a `DeskFit`."""

    code = "does_not_fit"
    message = _("Этот полис не может стоять в этом кабинете: посмотрите, чем они отличаются.")


class DocumentNotNamedError(DomainError):
    """One refusal for series and number: which of them is wrong is not told to the desk either."""

    code = "document_not_named"
    message = _("Документ назван не так, как в договоре. Осталось попыток на этот час: {left}.")


class NoDocumentError(DomainError):
    code = "no_document"
    message = _("В договоре нет документа этого человека, сверить нечего. Внесите его по заявлению клиента.")


class IdentityLockedError(DomainError):
    code = "identity_locked"
    message = _("Документ этого человека пять раз назвали неверно. Привязать полис можно будет через час.")


class NameChangeNeededError(DomainError):
    code = "name_change_needed"
    message = _("Имя в кабинете и в договоре разное. Отметьте смену имени и впишите новый документ.")


class OwnAccountAtDeskError(DomainError):
    """Whoever decides is not whom it concerns."""

    code = "own_account_at_desk"
    message = _("Это ваш собственный кабинет: о нём решает другой сотрудник.")

"""Why an order cannot go on, and what to do instead."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import DomainError, NotFoundError


class OrderClosedError(DomainError):
    """The event has no row in the order's state."""

    code = "order_closed"
    message = _("С этой заявкой так уже не поступить: посмотрите, что с ней сейчас.")


class SentRecentlyError(DomainError):
    """Documents were asked for again and again."""

    code = "sent_recently"
    message = _(
        "За последние сутки мы уже трижды отправили документы на почту из договора. Проверьте папку «Спам» или "
        "скачайте документы в личном кабинете. Ещё раз отправить можно завтра."
    )


class OrderChangedError(DomainError):
    """The page was opened before the last change, or what it sent is not what we have worked out."""

    code = "order_changed"
    message = _("Данные или цена изменились после того, как вы открыли страницу. Проверьте их ещё раз.")


class StartDateError(DomainError):
    code = "start_date"
    message = _("Выберите день начала с {first} по {last}.")


class PolicyholderTooYoungError(DomainError):
    code = "policyholder_too_young"
    message = _("Оформить договор может человек от 18 лет. Проверьте дату рождения.")


class NobodyInsuredError(DomainError):
    code = "nobody_insured"
    message = _("Укажите, кого страхуем: себя или другого человека.")


class TooManyInsuredError(DomainError):
    code = "too_many_insured"
    message = _("В одной заявке помещается {most} человек. Остальных оформите второй заявкой.")


class InsuredTwiceError(DomainError):
    code = "insured_twice"
    message = _("Этот человек уже есть в заявке: имя и дата рождения совпадают.")


class ConsentMissingError(DomainError):
    """`purposes` names those that are required and were not given."""

    code = "consent_missing"
    message = _("Без этих согласий договор не заключить.")


class AddressRegionError(DomainError):
    code = "address_region"
    message = _("Начните с региона, например: Самарская область, Сызрань, ул. Советская, 5, кв. 7.")


class AddressSlipError(DomainError):
    code = "address_slip"
    message = _("Не нашли «{typed}» среди регионов и городов. Может быть, {meant}? Начните адрес с названия региона.")


class AddressTownError(DomainError):
    code = "address_town"
    message = _("Добавьте к региону город или село, улицу, дом и квартиру.")


class AddressHouseError(DomainError):
    code = "address_house"
    message = _("Добавьте номер дома. Если номера нет, напишите «без номера».")


class AddressLettersError(DomainError):
    code = "address_letters"
    message = _("Введите русскими буквами: «{word}».")


class LookAlikeError(DomainError):
    code = "look_alike"
    message = _(
        "В слове «{word}» буквы «{signs}» латинские. Переключите раскладку и введите их заново, как в документе."
    )


class OrderForgottenError(NotFoundError):
    """The draft was given up for so long that its answers are deleted."""

    code = "order_forgotten"
    message = _("Черновик хранится 30 дней после последнего изменения. Этот удалён вместе с ответами.")


class PersonDocumentError(DomainError):
    code = "person_document"
    message = _("{name}. {why}")


class SameDocumentError(DomainError):
    code = "same_document"
    message = _("Документ с такими серией и номером уже указан: {name}. Проверьте, чей он.")


class TooManyLettersError(DomainError):
    code = "too_many_letters"
    message = _("Письма со ссылкой уже отправлены. Проверьте почту и папку со спамом, новое можно попросить завтра.")


class GiftForYourselfError(DomainError):
    code = "gift_for_yourself"
    message = _("Подарить можно полис другого человека из заявки. Добавьте его в застрахованные.")


class GiftForChildError(DomainError):
    code = "gift_for_child"
    message = _("Подарок вручается взрослому. Полис ребёнка и так будет в вашем кабинете.")


class GiftDateError(DomainError):
    code = "gift_date"
    message = _("Выберите день вручения с {first} по {last}: к началу полиса он должен быть у получателя.")

"""What was done to a policy and to money, in words for the insurer's people; the trail itself keeps codes."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

_WORDS = {
    "card.binding_started": _("Клиент начал привязывать карту"),
    "card.bound": _("Карта привязана"),
    "card.unbound": _("Карта отвязана"),
    "charge.announced": _("Доля клиента посчитана"),
    "charge.declined": _("Банк отказал в списании доли"),
    "charge.line_asked": _("Клиент оспорил строку, пока идёт списание"),
    "charge.line_charged": _("Спорная строка уже оплачена"),
    "charge.line_held": _("Спорная строка вышла из доли"),
    "charge.line_released": _("Клиент платит за спорную строку"),
    "charge.line_waived": _("Строку оплачивает страховщик"),
    "charge.line_waiving": _("Строку оплатит страховщик, если списание не пройдёт"),
    "charge.paid": _("Доля клиента оплачена"),
    "charge.told": _("Клиенту сообщили сумму и день списания"),
    "charge.withdrawn": _("Доля снята: вся она под вопросом"),
    "consent.given": _("Клиент согласился с франшизной программой"),
    "dispute.read": _("Сотрудник прочитал обращение"),
    "document.made": _("Документ подписан"),
    "eligibility.checked": _("Клиника проверила полис"),
    "enrolment.active": _("Франшизная программа подключена"),
    "enrolment.ended": _("Франшизная программа завершена вместе с договором"),
    "enrolment.none": _("Франшизная программа отключена"),
    "enrolment.pending": _("Франшизная программа подключается"),
    "enrolment.suspended": _("Франшизная программа приостановлена"),
    "guarantee.given": _("Клинике обещана оплата визита"),
    "guarantee.withdrawn": _("Обещание оплатить визит снято"),
    "limit.released": _("Лимит возвращён"),
    "medical.opened": _("Сотрудник открыл медицинские сведения"),
    "medical.read": _("Сотрудник прочитал медицинские сведения"),
    "parent.accepted": _("Второй родитель принял приглашение"),
    "parent.access_ended": _("Доступ второго родителя закрыт"),
    "parent.declined": _("Второй родитель отказался от приглашения"),
    "parent.invited": _("Страхователь пригласил второго родителя"),
    "parent.invited_again": _("Второму родителю отправлена новая ссылка"),
    "parent.left": _("Второй родитель вышел из семейного доступа"),
    "parent.locked": _("Данные ребёнка указали неверно пять раз, приглашение закрыто"),
    "parent.not_matched": _("Данные ребёнка указали неверно"),
    "parent.proven": _("Второй родитель назвал данные ребёнка верно"),
    "parent.revoked": _("Приглашение второго родителя отозвано"),
    "payment.declined": _("Платёж не прошёл"),
    "payment.late": _("Деньги списаны, когда платёж уже не ждали: нужно решение"),
    "payment.mismatch": _("Списана не та сумма: нужно решение"),
    "payment.open": _("Банк узнал о платеже и ждёт плательщика"),
    "payment.opened": _("Платёж начат"),
    "payment.succeeded": _("Платёж прошёл"),
    "payment.unknown": _("Банк не ответил, судьба платежа выясняется"),
    "policy.birthday_told": _("Взрослому сообщили о дне рождения застрахованного"),
    "policy.cancelled": _("Договор расторгнут"),
    "policy.corrected": _("Данные в договоре исправлены"),
    "policy.handed_over": _("Подаренный полис вручён"),
    "policy.document_not_named": _("Документ назван не так, как в договоре: полис не привязан"),
    "policy.identity_checked": _("Сотрудник сверил документ и привязал полис к кабинету"),
    "policy.imported": _("Полис принят из списка страховщика"),
    "policy.insured_invited": _("Застрахованного пригласили в собственный кабинет"),
    "policy.issued": _("Полис оформлен"),
    "policy.documents_sent_again": _("Документы отправлены на почту ещё раз"),
    "policy.linked": _("Полис привязан к кабинету"),
    "policy.unlinked": _("Сотрудник убрал полис из кабинета"),
    "policy.renewal_offered": _("Предложено продление"),
    "refund.approved": _("Возврат одобрен"),
    "refund.asked": _("Попросили вернуть деньги"),
    "refund.declined": _("Банк не принял возврат"),
    "refund.new": _("Возврат ждёт отправки"),
    "refund.pending": _("Возврат у банка"),
    "refund.refused": _("В возврате отказано"),
    "refund.sent": _("Возврат отправлен в банк"),
    "refund.succeeded": _("Деньги возвращены"),
    "refund.unknown": _("Банк не ответил о возврате, судьба его выясняется"),
    "regions.selected": _("Клиент выбрал регионы"),
}


@register.filter
def deed_words(action: str) -> str:
    """The deed in words; a code that has none stays as it is, so that nothing is hidden."""
    return str(_WORDS.get(action, action))

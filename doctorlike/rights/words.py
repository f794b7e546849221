"""Consents, readers and reasons in plain words."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from doctorlike.rights.rules import Way

PURPOSES = {
    "contract_terms": _("Условия договора страхования"),
    "personal_data": _("Обработка персональных данных"),
    "health_data": _("Сведения о здоровье"),
    "advertising": _("Новости и предложения"),
    "copay_programme": _("Франшизная программа"),
    "telemed": _("Телемедицинская консультация"),
}

# What follows when it is taken back, by purpose; read before the button is pressed.
CONSEQUENCES = {
    "advertising": _("Перестанем присылать новости и предложения сразу. На договор и помощь это не влияет."),
    "telemed": _(
        "Отзыв запишем сразу. Сама консультация и заключение врача остаются: медицинские документы закон обязывает "
        "хранить. Для следующей консультации согласие спросим заново."
    ),
    "copay_programme": _(
        "Без этого согласия франшизная программа не действует, а без неё нельзя пользоваться услугами с вашей долей. "
        "Уже оказанные услуги всё равно нужно оплатить."
    ),
    "contract_terms": _("Это согласие и есть договор. Отозвать его можно, только расторгнув договор."),
    "personal_data": _(
        "Без имени, даты рождения и контактов договор не исполнить. Отозвать согласие можно, расторгнув договор; "
        "сведения, которые закон обязывает хранить, останутся на срок, названный на странице закрытия аккаунта."
    ),
    "health_data": _(
        "Без сведений об услугах клиник страховая не может проверить и оплатить помощь. Отозвать согласие можно, "
        "расторгнув договор; медицинские документы хранятся столько, сколько требует закон."
    ),
}
AFTER_THE_CONTRACT = _(
    "Договор закончился, поэтому отзыв запишем сразу. То, что закон обязывает хранить, остаётся до конца срока "
    "хранения."
)
BY_PHONE = _("Что изменится после отзыва этого согласия, объяснит сотрудник контактного центра. Он же примет отзыв.")

ROLES = {
    "operator": _("Оператор контактного центра"),
    "finance": _("Сотрудник отдела расчётов"),
    "medical_expert": _("Врач-эксперт страховой"),
    "product_manager": _("Сотрудник, который ведёт программы"),
    "auditor": _("Аудитор"),
    "registrar": _("Сотрудник клиники"),
    "doctor": _("Врач телемедицины"),
}
REASONS = {
    "client_asked": _("вы обратились с вопросом об услугах"),
    "register_check": _("проверка реестра клиники"),
    "complaint": _("жалоба или возражение"),
}
DEEDS = {
    "medical.opened": _("Указали причину и открыли медицинские сведения"),
    "medical.read": _("Смотрели услуги и визиты"),
    "dispute.read": _("Смотрели строку, с которой вы не согласились"),
    "consultation.read": _("Смотрели консультацию"),
    "call.read": _("Прочитали, о чём вы просили, когда ждали звонка"),
    "consultation.taken": _("Врач принял вас и видел вашу жалобу"),
    "card.checked": _("Проверили полис по карте"),
    "card.refused": _("Показали код карты, его не приняли"),
    "eligibility.checked": _("Проверили полис по номеру и дате рождения"),
    "letter.read": _("Открыли гарантийное письмо"),
}
# Reasons that the deed itself tells.
OWN_REASONS = {
    "dispute.read": _("ответ на ваше возражение"),
    "call.read": _("вы попросили перезвонить"),
    "consultation.taken": _("ваша консультация"),
    "card.checked": _("обращение в клинику"),
    "card.refused": _("обращение в клинику"),
    "eligibility.checked": _("обращение в клинику"),
    "letter.read": _("ваш визит"),
}


def purpose(code: str) -> str:
    """What the consent is about; one that nobody named is called by what it is."""
    return str(PURPOSES.get(code, _("Согласие")))


def consequence(code: str, way: Way) -> str:
    """What follows when that consent is taken back that way."""
    if way is Way.AT_ONCE and code not in ("advertising", "telemed"):
        return str(AFTER_THE_CONTRACT)
    return str(BY_PHONE if way is Way.CALL else CONSEQUENCES[code])


def reader(roles: tuple[str, ...]) -> str:
    """Who looked, by what they do and never by name."""
    for role in ("doctor", "medical_expert", "operator", "finance", "auditor", "registrar"):
        if role in roles:
            return str(ROLES[role])
    return gettext("Сотрудник страховой")


def reason(action: str, code: str) -> str:
    """Why they looked; empty when no reason was recorded with that reading."""
    if action in OWN_REASONS:
        return str(OWN_REASONS[action])
    return str(REASONS[code]) if code in REASONS else ""


def advertising_text(insurer: str) -> str:
    """The words of the consent that the account's switch gives."""
    return gettext(
        "Я согласен (согласна) получать от {insurer} новости и предложения по телефону и электронной почте. На договор "
        "это не влияет, отказаться можно в любой момент."
    ).format(insurer=insurer)

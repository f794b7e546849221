from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.payments.rules import REFUND_REASONS
from doctorlike.ui.forms import ChoiceCards, Form, MoneyField


class OpenMedicalForm(Form):
    """Why medical content is opened. The client sees who opened it."""

    reason = forms.ChoiceField(
        label=_("Зачем вам медицинские сведения"),
        help_text=_("Причина попадёт в журнал, клиент увидит, кто и когда открывал."),
        choices=[
            ("client_asked", _("Клиент обратился с вопросом об услугах")),
            ("register_check", _("Проверка реестра клиники")),
            ("complaint", _("Жалоба или возражение")),
        ],
        widget=ChoiceCards,
    )


class RefundForm(Form):
    """Asking for money to be given back; another person decides."""

    amount = MoneyField(label=_("Сколько вернуть, ₽"), help_text=_("Не больше того, что осталось от платежа."))
    why = forms.ChoiceField(
        label=_("Почему возвращаем"),
        choices=[(reason.value, words) for reason, words in REFUND_REASONS.items()],
        widget=ChoiceCards,
    )


class AnswerForm(Form):
    """The answer to a dispute or a complaint, with the reason the client reads."""

    decision = forms.ChoiceField(
        label=_("Решение"),
        choices=[("uphold", _("Клиент прав: долю оплатит страховая")), ("reject", _("Отказать: строка остаётся"))],
        widget=ChoiceCards,
    )
    answer = forms.CharField(
        label=_("Ответ клиенту"),
        help_text=_("Клиент прочитает его в кабинете: почему решили так и на чём решение основано."),
        widget=forms.Textarea({"rows": 6}),
        max_length=4000,
        error_messages={"required": _("Напишите ответ: без причины решение клиенту не отправить")},
    )

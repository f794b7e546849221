from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.ui.forms import Form


class ConclusionForm(Form):
    """The parts of a conclusion. No field for a diagnosis: at a distance a first one is not made."""

    complaints = forms.CharField(label=_("Жалобы"), max_length=4000, widget=forms.Textarea({"rows": 3}))
    history = forms.CharField(label=_("Анамнез"), max_length=4000, required=False, widget=forms.Textarea({"rows": 3}))
    recommendations = forms.CharField(
        label=_("Рекомендации"),
        help_text=_("Что делать пациенту и когда обратиться очно"),
        max_length=8000,
        widget=forms.Textarea({"rows": 5}),
    )

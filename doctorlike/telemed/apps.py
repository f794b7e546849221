from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelemedConfig(AppConfig):
    name = "doctorlike.telemed"
    label = "telemed"
    verbose_name = _("Телемедицина")

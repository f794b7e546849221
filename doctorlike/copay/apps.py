from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CopayConfig(AppConfig):
    name = "doctorlike.copay"
    label = "copay"
    verbose_name = _("Франшиза")

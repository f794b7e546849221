from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "doctorlike.ui"
    label = "ui"

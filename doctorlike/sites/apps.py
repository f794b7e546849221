from django.apps import AppConfig


class SitesConfig(AppConfig):
    name = "doctorlike.sites"
    label = "sites"

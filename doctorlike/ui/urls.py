"""The reader's choices, the same on every site."""

from django.urls import path
from django.views.i18n import set_language

from doctorlike.ui import views

app_name = "ui"
urlpatterns = [
    path("theme", views.choose_theme, name="theme"),
    path("language", set_language, name="language"),
]

from django.urls import path

from doctorlike.sites.portal.cards import views

app_name = "cards"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:card_id>/unbind/", views.unbind, name="unbind"),
]

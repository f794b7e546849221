from django.urls import path

from doctorlike.sites.portal.cards import views

app_name = "cards"
urlpatterns = [
    path("", views.index, name="index"),
    path("policies/<uuid:policy_id>/", views.choose, name="choose"),
    path("<uuid:card_id>/unbind/", views.unbind, name="unbind"),
]

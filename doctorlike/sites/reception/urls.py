from django.urls import path

from doctorlike.sites.reception import card, letters, views
from doctorlike.sites.reception.nav import register_places

app_name = "reception"

register_places()

urlpatterns = [
    path("", views.index, name="index"),
    path("visits/<uuid:visit_id>/arrived/", views.arrived, name="arrived"),
    path("visits/<uuid:visit_id>/no-show/", views.no_show, name="no_show"),
    path("register.csv", views.register_form, name="register_form"),
    path("week/", views.week, name="week"),
    path("card/", card.card, name="card"),
    path("letters/", letters.index, name="letters"),
    path("letters/<uuid:letter_id>/", letters.letter, name="letter"),
    path("letters/<uuid:letter_id>/letter.pdf", letters.file, name="letter_file"),
    path("eligibility/", views.eligibility, name="eligibility"),
]

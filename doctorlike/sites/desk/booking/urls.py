from django.urls import path

from doctorlike.sites.desk.booking import views, visits

urlpatterns = [
    path("book/", views.choose_clinic, name="book"),
    path("book/<uuid:clinic_id>/", views.choose_specialty, name="book_clinic"),
    path("book/<uuid:clinic_id>/<slug:specialty>/", views.choose_time, name="book_time"),
    path("hold/<uuid:hold_id>/", views.confirm, name="book_confirm"),
    path("hold/<uuid:hold_id>/release/", views.release, name="book_release"),
    path("visits/<uuid:visit_id>/move/", visits.move, name="visit_move"),
    path("visits/<uuid:visit_id>/cancel/", visits.cancel, name="visit_cancel"),
]

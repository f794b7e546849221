from django.urls import path

from doctorlike.sites.portal.visits import moving, taking, views

app_name = "visits"
urlpatterns = [
    path("", views.index, name="index"),
    path("book/<uuid:clinic_id>/", views.book, name="book"),
    path("book/<uuid:clinic_id>/<slug:specialty>/", views.slots, name="slots"),
    path("hold/", views.hold, name="hold"),
    path("hold/<uuid:hold_id>/", views.confirm, name="confirm"),
    path("hold/<uuid:hold_id>/release/", views.release, name="release"),
    path("<uuid:visit_id>/", views.visit, name="visit"),
    path("<uuid:visit_id>/booked/", views.booked, name="booked"),
    path("<uuid:visit_id>/move/", moving.move, name="move"),
    path("<uuid:visit_id>/take/", taking.take, name="take"),
    path("<uuid:visit_id>/cancel/", views.cancel, name="cancel"),
    path("<uuid:visit_id>/visit.ics", views.calendar, name="calendar"),
]

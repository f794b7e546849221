from django.urls import path

from doctorlike.sites.portal.noted import views

app_name = "noted"
urlpatterns = [
    path("new/", views.choose, name="choose"),
    path("new/<uuid:clinic_id>/", views.add, name="add"),
    path("<uuid:noted_id>/", views.show, name="show"),
    path("<uuid:noted_id>/change/", views.change, name="change"),
    path("<uuid:noted_id>/remove/", views.remove, name="remove"),
    path("<uuid:noted_id>/visit.ics", views.calendar, name="calendar"),
]

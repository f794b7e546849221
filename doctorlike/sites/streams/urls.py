"""Every address of the streaming process."""

from django.urls import URLPattern, URLResolver, path

from doctorlike.sites.streams import views

handler404 = "doctorlike.sites.streams.views.no_such_room"

urlpatterns: list[URLPattern | URLResolver] = [
    path("rooms/<uuid:consultation_id>/events", views.room_events, name="room_events"),
]

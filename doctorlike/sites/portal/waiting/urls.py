from django.urls import path

from doctorlike.sites.portal.waiting import views

app_name = "waiting"
urlpatterns = [
    path("join/<uuid:clinic_id>/<slug:specialty>/", views.join, name="join"),
    path("join/<slug:specialty>/", views.join_anywhere, name="join_anywhere"),
    path("offer/<uuid:offer_id>/", views.offer, name="offer"),
    path("offer/<uuid:offer_id>/refuse/", views.refuse, name="refuse"),
    path("<uuid:entry_id>/", views.place, name="place"),
    path("<uuid:entry_id>/leave/", views.leave, name="leave"),
]

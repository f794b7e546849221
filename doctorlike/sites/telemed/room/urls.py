from django.urls import path

from doctorlike.sites.telemed.room import views

app_name = "room"
urlpatterns = [
    path("<uuid:consultation_id>/", views.index, name="index"),
    path("<uuid:consultation_id>/talk/", views.talk, name="talk"),
    path("<uuid:consultation_id>/say/", views.say, name="say"),
    path("<uuid:consultation_id>/leave/", views.leave, name="leave"),
]

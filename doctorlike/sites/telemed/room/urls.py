from django.urls import path

from doctorlike.sites.telemed.room import calls, files, views

app_name = "room"
urlpatterns = [
    path("<uuid:consultation_id>/", views.index, name="index"),
    path("<uuid:consultation_id>/talk/", views.talk, name="talk"),
    path("<uuid:consultation_id>/say/", views.say, name="say"),
    path("<uuid:consultation_id>/leave/", views.leave, name="leave"),
    path("<uuid:consultation_id>/signal/", calls.signal, name="signal"),
    path("<uuid:consultation_id>/ice/", calls.ice, name="ice"),
    path("<uuid:consultation_id>/files/", files.share, name="share"),
    path("<uuid:consultation_id>/files/<uuid:file_id>/", files.file, name="file"),
    path("<uuid:consultation_id>/files/<uuid:file_id>/preview/", files.preview, name="preview"),
    path("check/", calls.check, name="check"),
]

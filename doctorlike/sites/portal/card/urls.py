from django.urls import path

from doctorlike.sites.portal.card import shell, views

app_name = "card"
urlpatterns = [
    path("", views.index, name="index"),
    path("keep/", views.keep, name="keep"),
    # The same for everybody, without a word about anybody: what a device keeps to show the card without a network.
    path("offline/", shell.offline, name="offline"),
    path("worker.js", shell.worker, name="worker"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("<uuid:policy_id>/", views.show, name="show"),
]

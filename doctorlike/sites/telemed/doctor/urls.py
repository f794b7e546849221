from django.urls import path

from doctorlike.sites.telemed.doctor import views

app_name = "doctor"
urlpatterns = [
    path("", views.index, name="index"),
    path("take/", views.take, name="take"),
    path("rooms/<uuid:consultation_id>/", views.room, name="room"),
    path("rooms/<uuid:consultation_id>/conclude/", views.conclude, name="conclude"),
]

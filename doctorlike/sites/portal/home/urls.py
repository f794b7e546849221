from django.urls import path

from doctorlike.sites.portal.home import views

app_name = "home"
urlpatterns = [
    path("", views.index, name="index"),
    path("person/<uuid:policy_id>/", views.show, name="show"),
]

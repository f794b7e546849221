from django.urls import path

from doctorlike.sites.portal.esia import views

app_name = "esia"
urlpatterns = [
    path("", views.start, name="start"),
    path("back/", views.back, name="back"),
    path("code/", views.code, name="code"),
    path("code/again/", views.again, name="code_again"),
    path("part/", views.part, name="part"),
]

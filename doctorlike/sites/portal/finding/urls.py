from django.urls import path

from doctorlike.sites.portal.finding import views

app_name = "find"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:specialty>/", views.times, name="times"),
]

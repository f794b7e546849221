from django.urls import path

from doctorlike.sites.telemed.signin import views

app_name = "signin"
urlpatterns = [
    path("signin/", views.start, name="start"),
    path("signin/callback/", views.callback, name="callback"),
    path("signout/", views.leave, name="leave"),
    path("signout/done/", views.left, name="left"),
]

from django.urls import path

from doctorlike.sites.portal.activation import views

app_name = "activation"
urlpatterns = [
    path("", views.index, name="index"),
    path("result/", views.result, name="result"),
]

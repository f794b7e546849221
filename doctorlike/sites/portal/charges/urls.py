from django.urls import path

from doctorlike.sites.portal.charges import views

app_name = "charges"
urlpatterns = [
    path("<uuid:charge_id>/", views.charge, name="charge"),
    path("<uuid:charge_id>/pay/", views.pay, name="pay"),
]

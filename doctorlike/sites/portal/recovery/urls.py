from django.urls import path

from doctorlike.sites.portal.recovery import views

app_name = "recovery"
urlpatterns = [
    path("", views.index, name="index"),
    path("mail/", views.mailbox, name="mailbox"),
    path("mail/again/", views.mailbox_again, name="mailbox_again"),
    path("policy/", views.policy, name="policy"),
    path("phone/", views.phone, name="phone"),
    path("phone/code/", views.phone_code, name="phone_code"),
    path("phone/code/again/", views.phone_code_again, name="phone_code_again"),
    path("asked/", views.asked, name="asked"),
    path("cancel/<str:secret>/", views.cancel, name="cancel"),
]

from django.urls import path

from doctorlike.sites.portal.profile import views

app_name = "profile"
urlpatterns = [
    path("", views.index, name="index"),
    path("contact/code/", views.contact_code, name="contact_code"),
    path("contact/code/again/", views.contact_code_again, name="contact_code_again"),
    path("contact/<slug:kind>/", views.contact, name="contact"),
]

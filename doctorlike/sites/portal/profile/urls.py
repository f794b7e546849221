from django.urls import path

from doctorlike.sites.portal.profile import contacts, views

app_name = "profile"
urlpatterns = [
    path("", views.index, name="index"),
    path("contact/code/", contacts.contact_code, name="contact_code"),
    path("contact/code/again/", contacts.contact_code_again, name="contact_code_again"),
    path("contact/<slug:kind>/old/", contacts.old_contact, name="old_contact"),
    path("contact/<slug:kind>/old/code/", contacts.old_contact_send, name="old_contact_send"),
    path("contact/<slug:kind>/", contacts.contact, name="contact"),
]

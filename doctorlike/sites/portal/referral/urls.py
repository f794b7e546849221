from django.urls import path

from doctorlike.sites.portal.referral import views

app_name = "referral"
urlpatterns = [path("<uuid:referral_id>/", views.open_referral, name="open")]

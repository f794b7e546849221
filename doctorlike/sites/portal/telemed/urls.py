from django.urls import path

from doctorlike.sites.portal.telemed import views

app_name = "telemed"
urlpatterns = [path("", views.open_telemed, name="open")]

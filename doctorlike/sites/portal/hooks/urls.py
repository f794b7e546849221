from django.urls import path

from doctorlike.sites.portal.hooks import views

app_name = "hooks"
urlpatterns = [path("yookassa/", views.yookassa, name="yookassa")]

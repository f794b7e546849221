from django.urls import path

from doctorlike.sites.telemed.archive import sharing

app_name = "share"
urlpatterns = [path("<str:secret>/", sharing.show, name="show")]

from django.urls import path

from doctorlike.sites.desk import views
from doctorlike.sites.desk.nav import register_places

app_name = "desk"

register_places()

urlpatterns = [
    path("", views.index, name="index"),
    path("search/", views.search, name="search"),
    path("clients/<uuid:policy_id>/", views.client, name="client"),
    path("clients/<uuid:policy_id>/open/", views.open_medical, name="open"),
    path("registers/", views.registers, name="registers"),
    path("registers/<uuid:register_id>/", views.register, name="register"),
]

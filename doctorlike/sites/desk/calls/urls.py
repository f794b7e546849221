from django.urls import path

from doctorlike.sites.desk.calls import views

urlpatterns = [
    path("", views.queue, name="callbacks"),
    path("<uuid:call_id>/", views.one, name="callback"),
    path("<uuid:call_id>/take/", views.take, name="callback_take"),
    path("<uuid:call_id>/back/", views.put_back, name="callback_back"),
    path("<uuid:call_id>/missed/", views.missed, name="callback_missed"),
    path("<uuid:call_id>/close/", views.close, name="callback_close"),
]

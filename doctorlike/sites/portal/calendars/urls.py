from django.urls import path

from doctorlike.sites.portal.calendars import views

app_name = "calendars"
urlpatterns = [
    path("cabinet/visits/calendar/", views.index, name="index"),
    path("cabinet/visits/calendar/new/", views.make, name="make"),
    path("cabinet/visits/calendar/end/", views.end, name="end"),
    path("calendar/<str:secret>.ics", views.feed, name="feed"),
]

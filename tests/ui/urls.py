from django.urls import include, path

urlpatterns = [path("look/", include("doctorlike.ui.urls"))]

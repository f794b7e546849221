from django.urls import path

from doctorlike.sites.portal.paylink import views

app_name = "paylink"
urlpatterns = [
    path("<str:token>/", views.show, name="show"),
    path("<str:token>/card/", views.pay, name="pay"),
]

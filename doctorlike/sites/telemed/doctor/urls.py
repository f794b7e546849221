from django.urls import path

from doctorlike.sites.telemed.doctor import signing, views, writing

app_name = "doctor"
urlpatterns = [
    path("", views.index, name="index"),
    path("take/", views.take, name="take"),
    path("rooms/<uuid:consultation_id>/", views.room, name="room"),
    path("rooms/<uuid:consultation_id>/conclude/", writing.conclude, name="conclude"),
    path("rooms/<uuid:consultation_id>/draft/", writing.draft, name="draft"),
    path("rooms/<uuid:consultation_id>/notes/", writing.notes, name="notes"),
    path("rooms/<uuid:consultation_id>/review/", signing.review, name="review"),
    path("rooms/<uuid:consultation_id>/sign/", signing.sign, name="sign"),
    path("rooms/<uuid:consultation_id>/addendum/", signing.addendum, name="addendum"),
    path("rooms/<uuid:consultation_id>/past/<uuid:past_id>/", signing.past, name="past"),
]

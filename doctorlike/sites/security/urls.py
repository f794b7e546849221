"""How an account is kept, for clients and for people at work alike."""

from django.urls import path

from doctorlike.sites.security import proof, views

app_name = "security"
urlpatterns = [
    path("", views.index, name="index"),
    path("proof/", proof.prove, name="prove"),
    path("proof/code/", proof.send, name="send_proof"),
    path("app/", views.app, name="app"),
    path("passkeys/", views.passkey, name="passkey"),
    path("factors/<int:factor_id>/remove/", views.remove, name="remove"),
    path("recovery-codes/", views.recovery_codes, name="recovery_codes"),
    path("sessions/<int:session_id>/end/", views.end, name="end"),
    path("sessions/end-others/", views.end_others, name="end_others"),
]

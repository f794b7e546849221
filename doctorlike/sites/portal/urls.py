"""Every address of this site."""

from django.urls import URLPattern, URLResolver, include, path

from doctorlike.sites.portal.nav import register_places

handler400 = "doctorlike.ui.views.bad_request"
handler403 = "doctorlike.ui.views.forbidden"
handler404 = "doctorlike.ui.views.not_found"
handler500 = "doctorlike.ui.views.server_error"

register_places()

urlpatterns: list[URLPattern | URLResolver] = [
    path("look/", include("doctorlike.ui.urls")),
    path("signin/esia/", include("doctorlike.sites.portal.esia.urls")),
    path("", include("doctorlike.sites.signin.urls")),
    path("recovery/", include("doctorlike.sites.portal.recovery.urls")),
    path("identity/", include("doctorlike.sites.portal.identity.urls")),
    path("cabinet/security/", include("doctorlike.sites.security.urls")),
    path("cabinet/profile/", include("doctorlike.sites.portal.profile.urls")),
    path("cabinet/data/", include("doctorlike.sites.portal.rights.urls")),
    path("cabinet/", include("doctorlike.sites.portal.home.urls")),
    path("cabinet/visits/waiting/", include("doctorlike.sites.portal.waiting.urls")),
    path("cabinet/visits/find/", include("doctorlike.sites.portal.finding.urls")),
    path("cabinet/referral/", include("doctorlike.sites.portal.referral.urls")),
    path("cabinet/visits/", include("doctorlike.sites.portal.visits.urls")),
    path("cabinet/visits/noted/", include("doctorlike.sites.portal.noted.urls")),
    path("cabinet/call/", include("doctorlike.sites.portal.calls.urls")),
    path("", include("doctorlike.sites.portal.calendars.urls")),
    path("cabinet/card/", include("doctorlike.sites.portal.card.urls")),
    path("cabinet/services/", include("doctorlike.sites.portal.services.urls")),
    path("cabinet/telemed/", include("doctorlike.sites.portal.telemed.urls")),
    path("order/<str:token>/gift/", include("doctorlike.sites.portal.gift.urls")),
    path("", include("doctorlike.sites.portal.shop.urls")),
    path("cabinet/family/", include("doctorlike.sites.portal.family.urls")),
    path("", include("doctorlike.sites.portal.coming_of_age.urls")),
    path("cabinet/link/", include("doctorlike.sites.portal.linking.urls")),
    path("verify/", include("doctorlike.sites.portal.verify.urls")),
    path("cabinet/documents/", include("doctorlike.sites.portal.documents.urls")),
    path("cabinet/policies/<uuid:policy_id>/activate/", include("doctorlike.sites.portal.activation.urls")),
    path("cabinet/policies/", include("doctorlike.sites.portal.policy.urls")),
    path("cabinet/charges/", include("doctorlike.sites.portal.charges.urls")),
    path("cabinet/cards/", include("doctorlike.sites.portal.cards.urls")),
    path("cabinet/policies/<uuid:policy_id>/regions/", include("doctorlike.sites.portal.regions.urls")),
    path("cabinet/clinics/", include("doctorlike.sites.portal.clinics.urls")),
    path("pay/", include("doctorlike.sites.portal.paylink.urls")),
    path("hooks/", include("doctorlike.sites.portal.hooks.urls")),
]

from django.urls import include, path

from doctorlike.sites.desk import (
    aftersale,
    clinic_reports,
    closings,
    disputes,
    documents,
    letters,
    linking,
    own_account,
    refunds,
    registers,
    views,
)
from doctorlike.sites.desk.nav import register_places

app_name = "desk"

register_places()

urlpatterns = [
    path("", views.index, name="index"),
    path("search/", views.search, name="search"),
    path("clients/<uuid:policy_id>/", views.client, name="client"),
    path("clients/<uuid:policy_id>/documents/", documents.send, name="send_documents"),
    path("clients/<uuid:policy_id>/open/", views.open_medical, name="open"),
    path("clients/<uuid:policy_id>/end/", aftersale.end_policy, name="end_policy"),
    path("clients/<uuid:policy_id>/correct/<slug:whom>/", aftersale.correct_person, name="correct_person"),
    path("clients/<uuid:policy_id>/links/", linking.links, name="links"),
    path("clients/<uuid:policy_id>/links/<uuid:user_id>/", linking.link, name="link"),
    path("clients/<uuid:policy_id>/links/<uuid:user_id>/unlink/", linking.unlink, name="unlink"),
    path("clients/<uuid:policy_id>/own-account/", own_account.own_account, name="own_account"),
    path("clients/<uuid:policy_id>/", include("doctorlike.sites.desk.booking.urls")),
    path("refunds/", refunds.index, name="refunds"),
    path("payments/<uuid:payment_id>/refund/", refunds.request_refund, name="request_refund"),
    path("refunds/<uuid:refund_id>/approve/", refunds.approve, name="approve_refund"),
    path("refunds/<uuid:refund_id>/refuse/", refunds.refuse, name="refuse_refund"),
    path("disputes/", disputes.index, name="disputes"),
    path("disputes/<uuid:dispute_id>/", disputes.dispute, name="dispute"),
    path("disputes/<uuid:dispute_id>/files/<uuid:file_id>/", disputes.file, name="dispute_file"),
    path("letters/", letters.index, name="letters"),
    path("letters/<uuid:letter_id>/", letters.send, name="send_letter"),
    path("callbacks/", include("doctorlike.sites.desk.calls.urls")),
    path("clinic-reports/", clinic_reports.index, name="clinic_reports"),
    path("clinic-reports/<uuid:report_id>/", clinic_reports.one, name="clinic_report"),
    path("closings/", closings.index, name="closings"),
    path("network/", include("doctorlike.sites.desk.network.urls")),
    path("registers/", registers.index, name="registers"),
    path("registers/<uuid:register_id>/", registers.register, name="register"),
    path("registers/<uuid:register_id>/columns/", registers.columns, name="register_columns"),
    path("registers/<uuid:register_id>/progress/", registers.progress, name="register_progress"),
    path("registers/<uuid:register_id>/answer/", registers.answer, name="register_answer"),
]

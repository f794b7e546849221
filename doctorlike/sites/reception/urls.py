from django.urls import path

from doctorlike.sites.reception import card, letters, registers, views
from doctorlike.sites.reception.nav import register_places
from doctorlike.sites.reception.schedule import displaced
from doctorlike.sites.reception.schedule import views as schedule

app_name = "reception"

register_places()

urlpatterns = [
    path("", views.index, name="index"),
    path("visits/<uuid:visit_id>/arrived/", views.arrived, name="arrived"),
    path("visits/<uuid:visit_id>/no-show/", views.no_show, name="no_show"),
    path("register.csv", views.register_form, name="register_form"),
    path("week/", views.week, name="week"),
    path("schedule/", schedule.week, name="schedule"),
    path("schedule/days/", schedule.clinic_days, name="clinic_days"),
    path("schedule/terms/", schedule.terms, name="terms"),
    path("schedule/doctors/new/", schedule.new_doctor, name="new_doctor"),
    path("schedule/doctors/<uuid:doctor_id>/", schedule.doctor, name="doctor"),
    path("schedule/doctors/<uuid:doctor_id>/edit/", schedule.edit_doctor, name="edit_doctor"),
    path("schedule/doctors/<uuid:doctor_id>/hours/", schedule.new_hours, name="new_hours"),
    path("schedule/doctors/<uuid:doctor_id>/days/", schedule.doctor_days, name="doctor_days"),
    path("schedule/doctors/<uuid:doctor_id>/leaving/", schedule.leaving, name="leaving"),
    path("schedule/hours/<uuid:hours_id>/", schedule.hours, name="hours"),
    path("schedule/visits/", displaced.index, name="displaced"),
    path("schedule/visits/<uuid:visit_id>/move/", displaced.move, name="move_visit"),
    path("card/", card.card, name="card"),
    path("letters/", letters.index, name="letters"),
    path("letters/<uuid:letter_id>/", letters.letter, name="letter"),
    path("letters/<uuid:letter_id>/letter.pdf", letters.file, name="letter_file"),
    path("eligibility/", views.eligibility, name="eligibility"),
    path("registers/", registers.index, name="registers"),
    path("registers/<uuid:register_id>/", registers.register, name="register"),
    path("registers/<uuid:register_id>/columns/", registers.columns, name="register_columns"),
    path("registers/<uuid:register_id>/progress/", registers.progress, name="register_progress"),
    path("registers/<uuid:register_id>/answer/", registers.answer, name="register_answer"),
]

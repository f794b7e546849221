import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import doctorlike.kit.fields
import doctorlike.kit.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_esia"),
        ("appointments", "0002_departures_told"),
        ("clinics", "0006_for_clients"),
        ("policies", "0010_desk_decides_on_links"),
        ("regions", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BookingTerms",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=doctorlike.kit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("horizon_days", models.PositiveSmallIntegerField(default=30)),
                ("free_until_hours", models.PositiveSmallIntegerField(default=0)),
                ("late_words", models.CharField(blank=True, max_length=300)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name="CalendarAddress",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=doctorlike.kit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CallBack",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=doctorlike.kit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("phone", models.CharField(max_length=20)),
                ("wish", doctorlike.kit.fields.EncryptedTextField(editable=True, null=True)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=60)),
                ("promised_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("taken_by", models.CharField(blank=True, max_length=60)),
                ("taken_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name="NotedVisit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=doctorlike.kit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("zone", models.CharField(max_length=40)),
                ("words", doctorlike.kit.fields.EncryptedTextField(editable=True, null=True)),
                ("noted_at", models.DateTimeField()),
                ("noted_by", models.CharField(max_length=60)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=60)),
                ("removed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SentReminder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=doctorlike.kit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("visit_starts_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="WaitingEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=doctorlike.kit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("patient_key", models.UUIDField()),
                ("specialty_code", models.CharField(max_length=40)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), default=list, size=None
                    ),
                ),
                ("from_local", models.TimeField()),
                ("until_local", models.TimeField(null=True)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("joined_at", models.DateTimeField()),
                ("joined_by", models.CharField(max_length=60)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name="WaitingOffer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=doctorlike.kit.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("state", models.CharField(default="open", max_length=8)),
                ("offered_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=60)),
            ],
        ),
        migrations.AddField(
            model_name="appointment",
            name="cancelled_late",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="appointment",
            name="moves",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="hold",
            name="kept_until_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="hold",
            name="moves",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appointments.appointment",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="purpose",
            field=models.CharField(db_default="book", default="book", max_length=5),
        ),
        migrations.AddField(
            model_name="slot",
            name="place",
            field=models.SmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="slot",
            name="room",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="slot",
            name="service_code",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="slot",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="slot",
            name="withdrawn_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="weeklypattern",
            name="buffer_minutes",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="weeklypattern",
            name="capacity",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="weeklypattern",
            name="room",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="weeklypattern",
            name="service_code",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
        ),
        AddConstraintNotValid(
            model_name="weeklypattern",
            constraint=models.CheckConstraint(condition=models.Q(("buffer_minutes__lte", 240)), name="pattern_buffer"),
        ),
        AddConstraintNotValid(
            model_name="weeklypattern",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity__gte", 1), ("capacity__lte", 50)), name="pattern_capacity"
            ),
        ),
        migrations.AddField(
            model_name="bookingterms",
            name="clinic",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinics.clinic"
            ),
        ),
        migrations.AddField(
            model_name="calendaraddress",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="callback",
            name="appointment",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="appointments.appointment",
            ),
        ),
        migrations.AddField(
            model_name="callback",
            name="clinic",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clinics.clinic",
            ),
        ),
        migrations.AddField(
            model_name="callback",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="policies.policy"
            ),
        ),
        migrations.AddField(
            model_name="notedvisit",
            name="clinic",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinics.clinic"
            ),
        ),
        migrations.AddField(
            model_name="notedvisit",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="policies.policy"
            ),
        ),
        migrations.AddField(
            model_name="sentreminder",
            name="appointment",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appointments.appointment",
            ),
        ),
        migrations.AddField(
            model_name="sentreminder",
            name="noted_visit",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="appointments.notedvisit",
            ),
        ),
        migrations.AddField(
            model_name="waitingentry",
            name="clinic",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinics.clinic"
            ),
        ),
        migrations.AddField(
            model_name="waitingentry",
            name="doctor",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appointments.doctor"
            ),
        ),
        migrations.AddField(
            model_name="waitingentry",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="policies.policy"
            ),
        ),
        migrations.AddField(
            model_name="waitingentry",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
            ),
        ),
        migrations.AddField(
            model_name="waitingoffer",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="appointments.waitingentry"
            ),
        ),
        migrations.AddField(
            model_name="waitingoffer",
            name="hold",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appointments.hold"
            ),
        ),
        migrations.AddField(
            model_name="waitingoffer",
            name="slot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appointments.slot"
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingterms",
            constraint=models.CheckConstraint(
                condition=models.Q(("horizon_days__gte", 1), ("horizon_days__lte", 180)), name="terms_horizon"
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingterms",
            constraint=models.CheckConstraint(
                condition=models.Q(("free_until_hours__lte", 168)), name="terms_free_until"
            ),
        ),
        migrations.AddConstraint(
            model_name="calendaraddress",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("user",), name="one_calendar_an_account"
            ),
        ),
        AddConstraintNotValid(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ["book", "move", "offer"])), name="hold_purpose"
            ),
        ),
        migrations.AddIndex(
            model_name="callback",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "taken"])), fields=["promised_at"], name="call_back_queue"
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "taken", "booked", "closed", "cancelled"])),
                name="call_back_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.CheckConstraint(
                condition=models.Q(("promised_at__gte", models.F("asked_at"))), name="call_back_promised"
            ),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["waiting", "taken"])),
                fields=("policy",),
                name="call_back_once_until_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="notedvisit",
            index=models.Index(fields=["policy", "starts_at"], name="noted_visit_policy"),
        ),
        migrations.AddIndex(
            model_name="notedvisit",
            index=models.Index(
                condition=models.Q(("removed_at__isnull", True)), fields=["starts_at"], name="noted_visit_to_come"
            ),
        ),
        migrations.AddConstraint(
            model_name="sentreminder",
            constraint=models.UniqueConstraint(fields=("appointment", "kind", "visit_starts_at"), name="reminded_once"),
        ),
        migrations.AddConstraint(
            model_name="sentreminder",
            constraint=models.UniqueConstraint(
                fields=("noted_visit", "kind", "visit_starts_at"), name="reminded_of_noted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sentreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("appointment__isnull", True), ("noted_visit__isnull", True), _connector="XOR"),
                name="reminder_of_one",
            ),
        ),
        migrations.AddIndex(
            model_name="waitingentry",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["specialty_code", "joined_at", "id"],
                name="waiting_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "served", "left", "lapsed"])), name="waiting_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gt", models.F("from_on"))), name="waiting_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("clinic__isnull", False), ("doctor__isnull", False), ("region__isnull", True)),
                    models.Q(("clinic__isnull", False), ("doctor__isnull", True), ("region__isnull", True)),
                    models.Q(("clinic__isnull", True), ("doctor__isnull", True), ("region__isnull", False)),
                    _connector="OR",
                ),
                name="waiting_where",
            ),
        ),
        migrations.AddIndex(
            model_name="waitingoffer",
            index=models.Index(condition=models.Q(("state", "open")), fields=["until_at"], name="offer_open_until"),
        ),
        migrations.AddConstraint(
            model_name="waitingoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "taken", "refused", "passed"])), name="offer_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingoffer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("slot",), name="slot_offered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingoffer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("entry",), name="one_offer_at_a_time"
            ),
        ),
    ]

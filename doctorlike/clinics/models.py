"""The network: clinics, their prices, the coverage they take part in, and the lists they came by."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from doctorlike.clinics.client_models import ClinicReport as ClinicReport
from doctorlike.clinics.client_models import ListFile as ListFile
from doctorlike.clinics.rules import Absent, ListKind, RunState
from doctorlike.clinics.search_models import SearchEntry as SearchEntry
from doctorlike.clinics.search_models import SearchSlip as SearchSlip
from doctorlike.clinics.search_models import SearchWord as SearchWord
from doctorlike.kit.fields import MoneyField
from doctorlike.kit.ids import new_id


class Clinic(models.Model):
    """A medical organisation's site. `zone` is its IANA time zone; `hours` is `clinics.rules.OpeningHours` as JSON,
    `hours_text` what the source wrote; `phones` are `clinics.rules.Phone` as JSON pairs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source_key = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=300)
    legal_name = models.CharField(max_length=300, blank=True)
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    city = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=400)
    metro = ArrayField(models.CharField(max_length=80), default=list)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    zone = models.CharField(max_length=40)
    phones = models.JSONField(default=list)
    hours = models.JSONField(null=True)
    hours_text = models.CharField(max_length=300, blank=True)
    care_kinds = ArrayField(models.CharField(max_length=40), default=list)
    website = models.URLField(max_length=300, blank=True)
    email = models.EmailField(blank=True)
    rating = models.DecimalField(max_digits=2, decimal_places=1, null=True)
    online_booking = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    # What the clinic asks of insured people («возьмите паспорт»), and the day somebody last checked what we tell of it.
    insurance_note = models.CharField(max_length=600, db_default="", default="", blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    # What people search in, folded (`kit.spelling.fold`): name, address, metro, and the words of its specialties.
    search_text = models.TextField(default="", editable=False)
    sort_key = models.CharField(max_length=300, default="", editable=False)

    class Meta:
        indexes = [
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="clinic_search"),
            models.Index(fields=["region", "sort_key", "id"], name="clinic_region"),
            models.Index(fields=["sort_key", "id"], name="clinic_sorted"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="clinic_place_on_earth",
            )
        ]

    def __str__(self) -> str:
        return self.name


class OpeningSpan(models.Model):
    """The hours once more as minutes from Monday's local midnight, half-open: what «open now» is asked of."""

    id = models.BigAutoField(primary_key=True)
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="spans")
    opens_minute = models.PositiveSmallIntegerField()
    closes_minute = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_minute__lt=models.F("closes_minute"), closes_minute__lte=7 * 24 * 60),
                name="span_within_the_week",
            )
        ]


class ServicePrice(models.Model):
    """What a clinic asks for a service (code of order 804н) from a day on, up to `valid_to_on` (not included)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="prices")
    service_code = models.CharField(max_length=20)
    service_name = models.CharField(max_length=300)
    price = MoneyField()
    valid_from_on = models.DateField()
    valid_to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "service_code", "valid_from_on"], name="one_price_a_day"),
            models.CheckConstraint(
                condition=models.Q(valid_to_on__isnull=True) | models.Q(valid_to_on__gt=models.F("valid_from_on")),
                name="price_period",
            ),
            models.CheckConstraint(condition=models.Q(price__gte=0), name="price_not_negative"),
        ]
        indexes = [models.Index(fields=["service_code", "clinic"], name="price_service")]


class NetworkMembership(models.Model):
    """In which coverage scopes («moscow», «regions» …) a clinic serves, and when; `to_on` is the first day without.
    `opened_in`, `closed_in`: the import runs that began and ended it, none where a person did."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="memberships")
    scope = models.CharField(max_length=20)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    opened_in = models.UUIDField(null=True, editable=False)
    closed_in = models.UUIDField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "scope"], condition=models.Q(to_on__isnull=True), name="one_open_membership"
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gte=models.F("from_on")),
                name="membership_period",
            ),
        ]
        indexes = [
            models.Index(fields=["clinic", "scope", "from_on"], include=["to_on"], name="membership_serves"),
            models.Index(fields=["opened_in"], condition=Q(opened_in__isnull=False), name="membership_opened_in"),
            models.Index(fields=["closed_in"], condition=Q(closed_in__isnull=False), name="membership_closed_in"),
        ]


class ClinicStaff(models.Model):
    """Whose reception a registrar may see."""

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="+", primary_key=True)
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")


class ColumnMapping(models.Model):
    """Which column of a source's lists is what: `columns` by field (`clinics.rules.FIELDS`). A list with the heading of
    this `fingerprint` is read so without asking."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10)
    source = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    columns = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "source"], name="one_mapping_a_source"),
            models.CheckConstraint(condition=Q(kind__in=list(ListKind)), name="mapping_kind"),
        ]
        indexes = [models.Index(fields=["kind", "fingerprint"], name="mapping_fingerprint")]

    def __str__(self) -> str:
        return self.source


class ImportRun(models.Model):
    """A list on its way into the network (`clinics.rules.RunState`), from the file as it came (`file_key` in the
    private storage) to being taken back. Its counts add up to `row_count`.

    `columns` tell which column (of `headings`, in `heading_row` of `sheet`) is which field. Clinics come into `scopes`
    only, or without any into every scope of their region; `absent` is what becomes of those the list does not name. A
    price list may be of one `clinic`, and its prices hold from `prices_from_on` where a row names no day. `problem`:
    why it failed, or why it was not taken back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, db_default=ListKind.CLINICS.value)
    state = models.CharField(max_length=12, db_default=RunState.APPLIED.value)
    source = models.CharField(max_length=100, db_default="")
    file_name = models.CharField(max_length=200)
    content_sha256 = models.CharField(max_length=64)
    file_key = models.CharField(max_length=200, db_default="")
    sheet = models.CharField(max_length=100, db_default="")
    other_sheets = models.JSONField(null=True)
    heading_row = models.PositiveIntegerField(null=True)
    headings = models.JSONField(null=True)
    columns = models.JSONField(null=True)
    scopes = ArrayField(models.CharField(max_length=20), null=True)
    absent = models.CharField(max_length=10, db_default=Absent.LEAVE.value)
    absent_on = models.DateField(null=True)
    # Its few rows are found by clinic never, so the key has no index.
    clinic = models.ForeignKey(Clinic, models.SET_NULL, null=True, related_name="+", db_index=False)
    prices_from_on = models.DateField(null=True)
    problem = models.CharField(max_length=500, db_default="")
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=60)
    applied_at = models.DateTimeField(null=True)
    applied_by = models.CharField(max_length=60, db_default="")
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.CharField(max_length=60, db_default="")
    row_count = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    same = models.PositiveIntegerField()
    repeated = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    joined = models.PositiveIntegerField(null=True)
    left = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    row_count=models.F("added")
                    + models.F("changed")
                    + models.F("same")
                    + models.F("repeated")
                    + models.F("refused")
                ),
                name="every_row_accounted_for",
            ),
            models.CheckConstraint(condition=Q(state__in=list(RunState)), name="import_run_state"),
            models.CheckConstraint(condition=Q(kind__in=list(ListKind)), name="import_run_kind"),
            models.CheckConstraint(
                condition=Q(absent=Absent.LEAVE) | Q(absent_on__isnull=False), name="import_run_absent_on"
            ),
        ]
        indexes = [models.Index(fields=["content_sha256"], name="import_run_content")]


class ImportRow(models.Model):
    """A row of a list. `told` is what it said, `remarks` pairs of column and reason, `key` what it is about (a clinic's
    `source_key`; clinic, service and day of a price), `meant` what it says in our words, None when it is refused, and
    `before` what was stored until it was applied, None where there was nothing."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    row_number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10)
    clinic = models.ForeignKey(Clinic, models.SET_NULL, null=True, related_name="+")
    told = models.JSONField(default=dict)
    remarks = models.JSONField(default=list)
    key = models.CharField(max_length=120, db_default="")
    meant = models.JSONField(null=True)
    before = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "row_number"], name="row_told_once")]
        indexes = [
            models.Index(fields=["run", "outcome", "row_number"], name="import_row_outcome"),
            models.Index(fields=["run", "key", "row_number"], name="import_row_key"),
        ]

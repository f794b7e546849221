from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("clinics", "0002_network_lists")]

    operations = [
        AddIndexConcurrently(
            model_name="importrow",
            index=models.Index(fields=["run", "outcome", "row_number"], name="import_row_outcome"),
        ),
        AddIndexConcurrently(
            model_name="importrow",
            index=models.Index(fields=["run", "key", "row_number"], name="import_row_key"),
        ),
        AddIndexConcurrently(
            model_name="importrun",
            index=models.Index(fields=["content_sha256"], name="import_run_content"),
        ),
        AddIndexConcurrently(
            model_name="networkmembership",
            index=models.Index(
                condition=models.Q(("opened_in__isnull", False)), fields=["opened_in"], name="membership_opened_in"
            ),
        ),
        AddIndexConcurrently(
            model_name="networkmembership",
            index=models.Index(
                condition=models.Q(("closed_in__isnull", False)), fields=["closed_in"], name="membership_closed_in"
            ),
        ),
        ValidateConstraint(model_name="importrun", name="import_run_state"),
        ValidateConstraint(model_name="importrun", name="import_run_kind"),
        ValidateConstraint(model_name="importrun", name="import_run_absent_on"),
    ]

import django.db.models.deletion
from django.db import migrations, models

import doctorlike.kit.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_consent_code"),
        ("shop", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="confirming_code",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.onetimecode",
            ),
        ),
        migrations.AddField(model_name="order", name="expiry_told_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="order", name="expiry_told_by", field=models.CharField(blank=True, max_length=60)
        ),
        migrations.AddField(
            model_name="order", name="resume", field=doctorlike.kit.fields.EncryptedJSONField(editable=True, null=True)
        ),
    ]

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0001_initial"),
    ]

    operations = [
        migrations.RenameField(model_name="closing", old_name="policy_ids", new_name="person_ids"),
    ]

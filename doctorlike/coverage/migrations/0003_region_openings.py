from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("coverage", "0002_digital_card")]

    operations = [
        migrations.AddField(
            model_name="regionselection",
            name="announced_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="regionselection",
            name="announced_by",
            field=models.CharField(blank=True, db_default="", max_length=60),
        ),
    ]

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    """What was chosen before counts as announced: nobody is told weeks later. A default that is not computed row by
    row is kept beside the table, so nothing is rewritten."""

    dependencies = [("coverage", "0002_digital_card")]

    operations = [
        migrations.AddField(
            model_name="regionselection",
            name="announced_at",
            field=models.DateTimeField(null=True, db_default=Now()),
        ),
        migrations.AlterField(
            model_name="regionselection",
            name="announced_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="regionselection",
            name="announced_by",
            field=models.CharField(blank=True, db_default="system:upgrade", max_length=60),
        ),
        migrations.AlterField(
            model_name="regionselection",
            name="announced_by",
            field=models.CharField(blank=True, db_default="", max_length=60),
        ),
    ]

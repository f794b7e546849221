from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="PublicCode",
            fields=[
                ("code", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("subject_type", models.CharField(max_length=30)),
                ("subject_id", models.CharField(max_length=60)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=60)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("subject_type", "subject_id"), name="public_code_of_subject")
                ],
            },
        ),
    ]

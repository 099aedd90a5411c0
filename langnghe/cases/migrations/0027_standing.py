from django.db import migrations, models


class Migration(migrations.Migration):
    """An index out of which alone the leader's page counts the open cases."""

    dependencies = [("cases", "0026_subject_request")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["place", "holder", "state", "handovers", "paused", "due", "settled"],
                condition=models.Q(("settled", None)),
                name="case_standing",
            ),
        ),
    ]

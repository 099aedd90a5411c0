from django.db import migrations

from langnghe.reviews.sources import CREATE_VIEW, DROP_VIEW


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0001_initial"),
        ("cases", "0002_initial"),
        ("commitments", "0002_initial"),
        ("engagements", "0003_dialogue"),
    ]

    operations = [migrations.RunSQL(CREATE_VIEW, DROP_VIEW)]

from django.db import migrations

from langnghe.reviews.sources import CREATE_VIEW, DROP_VIEW


class Migration(migrations.Migration):
    dependencies = [("reviews", "0004_extra_days")]

    operations = [migrations.RunSQL([DROP_VIEW, CREATE_VIEW], migrations.RunSQL.noop)]

from django.db import migrations

from langnghe.reviews.sources import CREATE_VIEW, DROP_VIEW


class Migration(migrations.Migration):
    """A reception day beyond those the law asks for is neither one that is due nor one of these held."""

    dependencies = [("reviews", "0003_revision"), ("engagements", "0003_dialogue")]

    operations = [migrations.RunSQL([DROP_VIEW, CREATE_VIEW], migrations.RunSQL.noop)]

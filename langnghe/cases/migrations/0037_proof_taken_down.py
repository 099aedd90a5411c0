"""Whether and by which step a photo or paper that proves an answer was taken down."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0036_sealed_request_channel'),
    ]

    operations = [
        migrations.AddField(
            model_name='proofpaper',
            name='taken_down',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.step'),
        ),
        migrations.AddField(
            model_name='proofphoto',
            name='taken_down',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.step'),
        ),
    ]

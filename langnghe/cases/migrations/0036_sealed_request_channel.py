"""Whether a request about a sealed record came by receipt or was taken at the counter."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0035_counted_states'),
    ]

    operations = [
        migrations.AddField(
            model_name='sealedrequest',
            name='channel',
            field=models.CharField(default='web', max_length=12),
        ),
    ]

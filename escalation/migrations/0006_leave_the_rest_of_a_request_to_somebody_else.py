"""What whoever opens a request for access may not know of waits for somebody else of the business unit, and stays closed to them when it is over."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0005_find_running_clocks_by_their_key"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(model_name="accessrequest", name="is_rest", field=models.BooleanField(default=False)),
        migrations.AddField(
            model_name="accessrequest",
            name="opened_by",
            field=models.ForeignKey(
                blank=True,
                help_text="Who opened the rest.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(model_name="accessrequest", name="closed_to", field=models.JSONField(default=list)),
    ]

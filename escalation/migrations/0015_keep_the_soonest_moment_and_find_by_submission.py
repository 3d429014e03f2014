"""The soonest moment of what runs beside each disagreement, for the board; and an index by submission, in place of one by partnership alone."""

from typing import ClassVar

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Coalesce


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Of each live disagreement the soonest moment of its running clocks, agreed actions apart."""
    dispute, clock = apps.get_model("escalation", "Dispute"), apps.get_model("escalation", "Clock")
    mine = clock.objects.using(editor.connection.alias).filter(dispute=models.OuterRef("pk"), state="running").exclude(measures="action")
    soonest = mine.order_by().values("dispute").annotate(soonest=models.Min(Coalesce("agreed_due_at", "due_at"))).values("soonest")
    dispute.objects.using(editor.connection.alias).filter(state__in=["open", "resolved"]).update(next_due_at=models.Subquery(soonest))


class Migration(migrations.Migration):

    dependencies: ClassVar = [
        ('agencies', '0014_say_when_an_agency_joined'),
        ('escalation', '0014_erase_only_on_record'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name='dispute',
            name='next_due_at',
            field=models.DateTimeField(blank=True, help_text='The soonest moment of its running clocks, agreed actions apart.', null=True),
        ),
        migrations.AlterField(
            model_name='dispute',
            name='partnership',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='agencies.partnership'),
        ),
        migrations.AddIndex(
            model_name='dispute',
            index=models.Index(condition=models.Q(('state__in', ['open', 'resolved'])), fields=['partnership', 'next_due_at'], name='live_dispute_by_due'),
        ),
        migrations.AddIndex(
            model_name='dispute',
            index=models.Index(fields=['partnership', 'submitted_at'], name='dispute_by_submission'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

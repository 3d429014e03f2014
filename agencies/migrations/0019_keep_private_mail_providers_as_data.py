"""Providers of private mailboxes that were added to the shipped ones."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import agencies.keys


class Migration(migrations.Migration):
    """A table of its own, empty: what is shipped stands in a file."""

    dependencies = [("agencies", "0018_say_that_an_account_took_much_out")]
    operations = [
        migrations.CreateModel(
            name="PrivateMailProvider",
            fields=[
                ("id", models.UUIDField(default=agencies.keys.new_key, editable=False, primary_key=True, serialize=False)),
                (
                    "domain",
                    models.CharField(
                        help_text="What stands behind the @ of its addresses, such as mail.example.",
                        max_length=253,
                        validators=[django.core.validators.DomainNameValidator()],
                    ),
                ),
                ("source", models.CharField(blank=True, help_text="Who asked for it.", max_length=120)),
                (
                    "partnership",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="mail_providers", to="agencies.partnership"),
                ),
            ],
            options={
                "verbose_name": "private mail provider",
                "ordering": ["domain"],
                "constraints": [models.UniqueConstraint(fields=["partnership", "domain"], name="private_mail_provider_once")],
            },
        ),
    ]

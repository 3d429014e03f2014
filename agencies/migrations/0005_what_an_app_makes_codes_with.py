"""Which digest an authenticator app makes its codes with: until now all made them with SHA-1."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column with a default; taken back, apps that were set up with SHA-256 would have to be set up anew."""

    dependencies = [("agencies", "0004_an_edition_of_the_directory")]
    operations = [
        migrations.AddField(
            model_name="authenticator",
            name="digest",
            field=models.CharField(choices=[("sha256", "HMAC-SHA-256"), ("sha1", "HMAC-SHA-1")], default="sha1", max_length=6),
        )
    ]

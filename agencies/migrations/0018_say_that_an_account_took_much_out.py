"""Of a line of signing in: that the account took unusually much out within a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A word more for the kind of a line; the database's own column stays as it is."""

    dependencies = [("agencies", "0017_refuse_a_row_whose_number_no_row_gets")]
    operations = [
        migrations.AlterField(
            model_name="signinevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("signed_in", "Signed in"),
                    ("refused", "Refused: wrong passphrase or closed account"),
                    ("too_soon", "Refused: too many tries"),
                    ("locked", "Locked out after ten wrong tries"),
                    ("second_refused", "Refused: wrong second factor"),
                    ("signed_out", "Signed out"),
                    ("timed_out", "Signed out by the time limit"),
                    ("session_ended", "Ended elsewhere"),
                    ("proved", "Confirmed who they are"),
                    ("passphrase_set", "Set a passphrase"),
                    ("factor_added", "Added a second factor"),
                    ("factor_removed", "Removed a second factor"),
                    ("codes_made", "Made recovery codes"),
                    ("token_made", "Made a token for a program"),
                    ("linked", "Linked an organisation’s account"),
                    ("account_changed", "The account was changed by an administrator"),
                    ("begun_anew", "What opened the account ended: a first place outside practice"),
                    ("access_ended", "Lost access: no role is left"),
                    ("read_much", "Opened unusually many disagreements"),
                    ("took_much", "Took unusually much out within a day"),
                    ("read_stopped", "Stopped: too many disagreements within an hour"),
                ],
                max_length=16,
            ),
        ),
    ]

"""The sentences of a report as they speak of a period or a quarter instead of a year, for the extractor of messages.

The code makes them of the others (`reports/standing.py`), and looks them up in this form; a test holds the list against those others.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy as ngettext

OF_A_PERIOD = (
    _("Not asked of agencies that joined during the period: {agencies}."),
    _("Raised: by the agency that raised it. Received: disagreements raised in the period in which the agency was asked for a response."),
    _(
        "Member agencies that raised none in the period: members on its first day and active when the figures were taken. Last raised one: the "
        "month of the last that it ever raised before the end of the period. People with an account: with a role in the agency on the day on "
        "which the figures were taken. None raised can mean that nobody disagreed, or that nobody challenged: it is a question to ask, not a "
        "ranking. An agency that joined later is not asked about this period; one without a day of joining in the directory has been a member "
        "from the beginning."
    ),
    _(
        "Agencies that were members on the period's first day and active when the figures were taken. None raised can mean that nobody disagreed, "
        "or that nobody challenged."
    ),
    _(
        "The same raising agency, receiving agency and area, at least three times within 12 months that end with a disagreement raised in the "
        "period; withdrawn ones left out. Most within 12 months: the greatest number in any such 12 months, by the days on which they were raised."
    ),
    _("Raised in the period"),
    _("Actions agreed before the partnership, of those referred in the period, by route"),
    _(
        "Actions agreed in the partnership's stage, while a disagreement was before it or since it was decided, of those referred in the period: "
        "by mediation, by a panel, or otherwise. Done in time, done late, not done and not yet due as for agreed actions."
    ),
    _("Change since the period before"),
    _("Nothing is on record from before: there is no earlier period to compare with."),
    _(
        "The same counts over the period before, as the record stands now. Of a period that runs, over as many days of the period before. "
        "Where nothing is on record from before, nothing is compared."
    ),
    _("Responses that came due in either period, and the share of them in time, counted as above."),
    _("The period is not over: it is compared with as many days of the period before."),
    _("This period and the period before"),
    _("Responses in time, this period and the period before"),
    _("No response was due in either period."),
    _("This period"),
    _("The period before"),
    _("In time, this period"),
    _("Due, this period"),
    _("Share, this period"),
    _("In time, the period before"),
    _("Due, the period before"),
    _("Share, the period before"),
    _(
        "Working days after the day on which the clock started, up to and including the day of recording, of the responses due in the period "
        "that came; for resolution, from submission to the resolution that it was closed with; for a decision, from referral to decision, of "
        "those decided in the period."
    ),
    _("From raising to resolution, closed in the period"),
    _(
        "Learning points recorded in the period. Done: marked as done, or as considered and not taken up, when the figures were taken. On track: "
        "not done, its date still to come. Overdue: not done, its date past."
    ),
    _("The last period's learning"),
    _("The learning points recorded in the period before, counted in the same way as they stand when the figures are taken."),
    _(
        "Actions that the sides agreed, due in the period, of disagreements sent to another agency. Done in time: done at or before the due moment. "
        "Not done: the moment has passed and nobody said that it is done. Not yet due never counts as a success."
    ),
    _("Learning points recorded in the period, by the change they ask for"),
    _("Learning points recorded in the period before, as they stand now"),
    _("No learning point was recorded in the period before."),
    _("Learning points recorded in the period"),
    _("Agreed actions due in the period, by who agreed to do them"),
    _(
        "Disagreements closed in the period, by the outcome that both sides confirmed or that was decided, and by the difference for the child as "
        "it was recorded when they were closed."
    ),
    _(
        "Shares of those closed in the period: feedback to the person who raised it is recorded, and every agency that takes part confirmed "
        "that the record is in each child's file, both since it was last reopened; a learning point, or the explicit word that there is none, "
        "is recorded, whenever that was."
    ),
    _("Disagreements raised in the period in which the agency was asked for a response."),
    _("Disagreements in which the agency was asked, by month"),
    _("Month"),
    _(
        "Disagreements put before the partnership's stage in the period, by the route that was chosen last: one whose mediation brought no agreement "
        "stands at the route chosen after it, or at none so far. One that is reopened there is put before it again."
    ),
    _("Acknowledgements with a timetable that the procedure asks of the chair or the partnership, due in the period; counted as responses are."),
    _(
        "Panels convened in the period, one that was convened anew by when it last was; how many have members of at least {least} of the "
        "partnership's agencies, those of elsewhere not counted, and how many led to a recorded decision."
    ),
    _("Acknowledgements due from the partnership in the period"),
    _("Panels convened in the period"),
    _(
        "The first of the procedure's stages that each disagreement raised in the period was in: one inside the own agency too, and one that "
        "was talked through outside and entered afterwards."
    ),
    _(
        "Every move of a disagreement raised in the period to a higher stage, by the ground that was given for it; out of a stage that was "
        "talked through outside, not resolved. One that was moved up twice counts twice; what the partnership gave back did not move up."
    ),
    _("The highest stage that each disagreement raised in the period has reached so far. One that is still open may go further."),
    _("The stage that each disagreement closed in the period was in when it was closed."),
    _(
        "Disagreements raised in the period that entered the stage and went on to the next, as a share of all that entered it. Those that began "
        "above the stage before it, or skipped it, are counted apart."
    ),
    _("Stage at which those raised in the period began"),
    _("Why those raised in the period were moved up"),
    _("Highest stage reached by those raised in the period"),
    _("Stage at which those closed in the period were settled"),
    _("Moving up, those raised in the period"),
    _(
        "Responses whose due moment under the procedure lies in the period. In time: the first substantive response was recorded at or before "
        "that moment; an acknowledgement is no response. Late: recorded after it. No response: none was recorded and the moment has passed. Due "
        "is the sum of the three, and in time is a share of it. Not needed: the matter was resolved, withdrawn, closed or moved up before the "
        "moment came. Not counted: a request that never reached the agency, and a moment that another took the place of before it came, as "
        "where a stage is entered that was talked through outside or the procedure has a shorter time for what is urgent. A moment that was "
        "missed stays missed, whatever is agreed, settled or made urgent after it. Not yet due never counts as a success."
    ),
    _("Responses due in the period, by stage"),
    _("Responses due in the period, by who owed them"),
    _("Other steps due in the period"),
    _("Responses due in the period"),
    _("Open at the end of the period"),
    _(
        "Disagreements submitted in the period, by the day on which they were first submitted, and sent to another agency; one inside a single "
        "agency, to the people who answer there. Drafts, those sent back to their writer, duplicates and tests are not counted. Those withdrawn "
        "since are counted and shown apart."
    ),
    _(
        "Kept inside one agency: submitted in the period, not withdrawn and not sent to another agency when the figures were taken. Closed: "
        "sent to another agency, in whatever period, and closed in this one. Open: sent to another agency and neither closed nor withdrawn at "
        "the end of the period, or now while the period runs; what is resolved and waits to be closed is open. Withdrawn: sent to another "
        "agency, in whatever period, and withdrawn in this one. What was reopened since counts as neither closed nor withdrawn. Left out: "
        "submitted in the period and marked since as logged twice or to try the product out; no other figure counts them."
    ),
    _("Open at the beginning: sent to another agency, and neither closed nor withdrawn when the period began."),
    _("Whole period"),
    _("Period so far"),
    _("Disagreements raised, by month"),
    _("Closed in the period"),
    _("Withdrawn in the period"),
    _("No disagreement is on record so far for the period from {period}: none was raised or closed, none was open at its end and nothing was due."),
    _("No disagreement is on record for the period from {period}: none was raised or closed, none was open at its end and nothing was due."),
    _(
        "This is the public edition. Counts of 1 to 5 are not shown, nor are others from which they could be worked out: [c] stands in their place. "
        "Zeros are shown. Percentages made of such counts, or of fewer than {least}, are not shown either. Small categories are put together where "
        "a table would otherwise show little. Agencies are counted by kind and not named, and tables that would cross three characteristics are "
        "left out. What is kept from the people of the agency that raised it is counted in the internal edition alone. Figures of the period before "
        "stand as they were published, and what an earlier edition did not show is not shown here either."
    ),
    _("What was published of the period is not what the record comes to now. Of it this table has the sums alone, and not how far each has come."),
    _("What came of each route in the period"),
    _(
        "Recorded in the period, of each route: a decision or an agreement, or that there was no agreement, after which another route is chosen. "
        "One disagreement may stand at several routes."
    ),
    _("The period runs from {period}, by London time."),
    _("The period is not over: the figures are those of the period so far."),
    _("Nothing was due in the period"),
    _("So far in the period from {period}, {raised}"),
    _("In the period from {period}, {raised}"),
    _("Agreed actions due in the period before, as they stand now"),
    _("No agreed action was due in the period before, and no older one is left to do."),
    _("The last period's agreed actions"),
    _(
        "The agreed actions due in the period before, counted in the same way as they stand when the figures are taken, so that none that is not "
        "done is forgotten. Older and not done: due earlier still, and nobody said that it is done; these are in no other column. The public "
        "edition has those of all agencies together."
    ),
    _(
        "What was published of the period before is not what the record comes to now. Of it this table has the sums alone, as they were published, "
        "and not how far each has come."
    ),
    _("How the others stand now is left out: beside what is, or would be, published of the period before it would tell a small number."),
)
OF_A_PERIOD_IN_NUMBER = (
    ngettext("{some} was closed in the period, raised in it or before", "{some} were closed in the period, raised in it or before", "n"),
    ngettext("{some} was open at the end of the period", "{some} were open at the end of the period", "n"),
)
OF_A_QUARTER = (_("Stage at which those closed in the quarter were settled"),)

"""A word of the glossary leads to its meaning where a page uses it first, and nowhere that is a link, a name or a control already."""

import pytest

from escalation.models import Dispute
from escalation.states import Verb
from escalation.templatetags.glossary import linked, met
from escalation.web.access import verb_url
from escalation.web.glossary import GLOSSARY, anchor_of
from tests.cast import Cast
from tests.pseudo import marked
from tests.web.signed_in import Visitor
from tests.world import World


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>The counterpart, any COUNTERPART.</p>", '<p>The <a href="/help/#word-counterpart">counterpart</a>, any COUNTERPART.</p>'),
        ("<p>Three stages.</p>", '<p>Three <a href="/help/#word-stage">stages</a>.</p>'),
        ('<p title="Stage">Upstaged; <a href="/">Stage</a>.</p>', '<p title="Stage">Upstaged; <a href="/">Stage</a>.</p>'),
        ("<h2>Stage</h2><strong>Mediation</strong>", "<h2>Stage</h2><strong>Mediation</strong>"),
        (
            '<div class="govuk-hint">A stage.<br></div><p>LADO</p>',
            '<div class="govuk-hint">A stage.<br></div><p><a href="/help/#word-lado">LADO</a></p>',
        ),
        ("<p>A &lt;stage&gt; business unit</p>", '<p>A &lt;<a href="/help/#word-stage">stage</a>&gt; business unit</p>'),
    ],
)
def test_the_first_use_in_a_text_is_a_link_and_nothing_else_changes(html: str, found: str) -> None:
    done = {"word-business-unit-business-manager"}
    assert linked(html, done) == found


def test_of_a_control_the_words_are_found_and_not_linked_and_what_is_typed_or_a_name_for_something_else_is_none() -> None:
    html = '<label>Which stage?</label><div class="govuk-hint">A working day, a stage.</div><p>LADO</p><textarea>Overdue</textarea>'
    done = {"word-working-day"}
    assert met(html, done) == [("word-stage", "Stage")]
    assert done == {"word-working-day", "word-stage"}


@pytest.mark.django_db
def test_a_question_whose_words_the_page_explains_nowhere_else_has_a_line_that_leads_to_them(cast: Cast, world: World, dispute: Dispute) -> None:
    for verb, words in ((Verb.MAKE_URGENT, ["Working day"]), (Verb.TELL_UNIT, ["business unit"]), (Verb.RESPOND, [])):
        who = cast.receiver if verb == Verb.RESPOND else cast.own_manager
        page = Visitor(who, world.now).page(verb_url(dispute.reference, verb))
        assert [link.text for link in page.all("a") if "#word-" in link.attrs.get("href", "")] == words


@pytest.mark.django_db
def test_the_links_of_pages_lead_to_the_words_on_the_help_page_once_each(cast: Cast, world: World, dispute: Dispute) -> None:
    visitor = Visitor(cast.raiser, world.now)
    there = {one.attrs["id"] for one in visitor.page("/help/").all() if one.attrs.get("id", "").startswith("word-")}
    assert there == {anchor_of(word) for word, _ in GLOSSARY}
    for path in (f"/d/{dispute.reference}/", f"/procedures/{world.version.pk}/"):
        links = [link.attrs["href"] for link in visitor.page(path).all("a") if "#word-" in link.attrs.get("href", "")]
        assert links
        assert len(links) == len(set(links))
        assert {href.removeprefix("/help/#") for href in links} <= there


@pytest.mark.django_db
def test_an_anchor_is_the_same_in_every_language() -> None:
    before = [anchor_of(word) for word, _ in GLOSSARY]
    with marked():
        assert [anchor_of(word) for word, _ in GLOSSARY] == before

"""What reads the pages strictly finds what is wrong, one mistake at a time in a page that is otherwise good."""

import pytest
from django.test import Client

from escalation.models import Dispute
from tests import pseudo, valid_pages
from tests.cast import Cast
from tests.markup import faults
from tests.parsed import parsed, plainly_read
from tests.valid_pages import Kinds

GOOD = """<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title></head><body>
<a href="#main">Skip</a><main id="main">{summary}<h1>Questions</h1>{more}
<form method="post"><label for="who">Who</label><input id="who" name="who"><button>Continue</button></form></main></body></html>"""
SUMMARY = (
    '<div class="govuk-error-summary" tabindex="-1" autofocus role="alert"><h2>There is a problem</h2>'
    '<ul><li><a href="#{target}">Enter who</a></li></ul></div>'
)
ONE = "<input type='hidden' name='row' value='1'>"
MISTAKES = [
    ("<div>", "end-tag-too-early"),
    ("<p><ul><li>One</li></ul></p>", "unexpected-end-tag"),
    ("<a href='/x' href='/y'>Twice</a>", "duplicate-attribute"),
    ("<table><p>Loose</p></table>", "unexpected"),
    ("<p id='main'>Twice</p>", "id 'main' comes 2 times"),
    ("<span><div>Block</div></span>", "div in span"),
    ("<h2><ul><li>One</li></ul></h2>", "ul in h2"),
    ("<ul><div>One</div></ul>", "div in ul"),
    ("<ul>Loose<li>One</li></ul>", "words straight in it"),
    ("<a href='/x'><button>Do</button></a>", "button in a"),
    ("<label>One <input name='one'><label for='who'>Two</label></label>", "label in label"),
    ("<label for='nobody'>Nobody</label>", "a label for no control"),
    ("<label for='main'>No control</label>", "a label for no control"),
    ("<p aria-describedby='nothing'>Words</p>", "aria-describedby points to nothing"),
    ("<a href='#nothing'>Down</a>", "a link to nothing on the page"),
    ("<a href=''>Nowhere</a>", "a link to nowhere"),
    ("<a href='/x' role='button'>Respond</a>", "a link that says it is a button"),
    ("<a href='/x'><span></span></a>", "no words"),
    ("<input name='bare'>", "a control without a name"),
    ("<img src='/x.png'>", "a picture without words"),
    ("<div role='region'>Some</div>", "a region without a name"),
    ("<h3>Too deep</h3>", "h3 follows h1"),
    ("<h1>Another</h1>", "2 × h1"),
    ("<fieldset><p>First</p><legend>Late</legend></fieldset>", "not the first in its fieldset"),
    ("<p hidden>Unseen</p>", "hidden without scripts"),
    ("<button>Alone</button>", "a button that does nothing without scripts"),
    ("<form><button type='button'>Dead</button></form>", "a button that does nothing without scripts"),
    ("<a href='/x' onclick='go()'>Go</a>", "a script in an attribute"),
    ("<a href='/x'>More</a> <a href='/y'>More</a>", "2 × a 'more' that do not do the same"),
    ("<a href='/x'>More</a> <a href='/y'>more<span aria-hidden='true'> of it</span></a>", "2 × a 'more' that do not do the same"),
    ("<form><button name='one'>Remove</button></form> <form><button name='two'>Remove</button></form>", "2 × button 'remove'"),
    (f"<form>{ONE}<button>Remove</button></form> <form>{ONE.replace('1', '2')}<button>Remove</button></form>", "2 × button 'remove'"),
    ("<p id='e' class='govuk-error-message'>Enter it</p>", "an error that describes no control"),
]


def page(more: str = "", title: str = "Questions", summary: str = "") -> str:
    return GOOD.format(more=more, title=title, summary=summary)


def test_a_good_page_has_no_fault() -> None:
    assert faults(page()) == []
    assert faults(page(title="Error: Questions", summary=SUMMARY.format(target="who"))) == []


@pytest.mark.parametrize(
    "more",
    [
        "<a href='/x'>More</a> <a href='/x'>More</a>",
        "<a href='/x'>More<span class='govuk-visually-hidden'>: one</span></a> <a href='/y'>More<span class='govuk-visually-hidden'>: two</span></a>",
        "<a href='/x/'>Board</a> <a class='govuk-back-link' href='/x/?list=open'>Board</a>",
        f"<form>{ONE}<button>Save</button></form> <form>{ONE}<input type='hidden' name='sending' value='k'><button>Save</button></form>",
    ],
)
def test_one_name_may_stand_twice_for_the_same(more: str) -> None:
    assert faults(page(more)) == []


def test_markup_that_a_title_shows_to_the_letter_is_named() -> None:
    assert faults(page(title="Learning action, &lt;time&gt;Monday&lt;/time&gt;")) == ["markup in the title"]


@pytest.mark.parametrize(("more", "words"), MISTAKES, ids=[words for _, words in MISTAKES])
def test_each_mistake_is_named(more: str, words: str) -> None:
    assert any(words in fault for fault in faults(page(more))), faults(page(more))


@pytest.mark.parametrize(
    ("title", "summary", "words"),
    [
        ("Questions", SUMMARY.format(target="who"), "1 error summaries under the title"),
        ("Error: Questions", "", "0 error summaries under the title"),
        ("Error: Questions", SUMMARY.format(target="main"), "an error's link leads to"),
        ("Error: Questions", SUMMARY.format(target="nothing"), "a link to nothing on the page"),
        ("Error: Questions", SUMMARY.format(target="who").replace("</a>", ".</a>"), "a full stop after one sentence"),
        ("Error: Questions", SUMMARY.format(target="who").replace(" autofocus", ""), "does not get the focus"),
        ("Error: Questions", "<h1>Before</h1>" + SUMMARY.format(target="who"), "stands after the heading"),
    ],
)
def test_an_error_summary_that_does_not_lead_is_named(title: str, summary: str, words: str) -> None:
    assert any(words in fault for fault in faults(page(title=title, summary=summary)))


@pytest.mark.django_db
def test_what_a_test_is_answered_is_read_strictly_and_asked_for_in_another_language(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(valid_pages, "read_strictly", lambda path, _html: asked.append(("strictly", path)))
    monkeypatch.setattr(pseudo, "read_words", lambda _html, _typed, path, *_waiting: asked.append(("words", path)))
    monkeypatch.setattr(Kinds, "is_new", lambda *_kind: True)
    client.get("/sign-in/")
    assert asked == [("strictly", "/sign-in/"), ("words", "/sign-in/")]


def lower(attributes: dict[str, str]) -> dict[str, str]:
    """As HTML compares their names: in a drawing the standard gives them capitals."""
    return {name.lower(): value for name, value in attributes.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["", "respond/", "view/child/", "add-note/", "convene/"])
def test_a_page_that_is_plainly_read_is_what_the_standard_reads(cast: Cast, dispute: Dispute, part: str) -> None:
    client = Client()
    client.force_login(cast.receiver)
    html = client.get(f"/d/{dispute.reference}/{part}").content.decode()
    plain, standard = plainly_read(html), parsed(html).tree.get_document()
    elements = [one for one in standard.iter() if isinstance(one.tag, str)]
    assert [(one.tag, lower(one.attrib), "".join(one.itertext()).split()) for one in plain.iter()] == [
        (one.tag.rpartition("}")[2], lower(one.attrib), "".join(one.itertext()).split()) for one in elements
    ]
    assert [one.text or "" for one in plain.iter("textarea")] == [one.text or "" for one in standard.iter("textarea")]
    assert len(elements) > 80


@pytest.mark.parametrize("left_open", ["<p>One<p>Two", "<ul><li>One<li>Two</ul>", "<b><i>One</b></i>", "<div>"])
def test_what_the_standard_alone_can_read_is_not_plainly_read(left_open: str) -> None:
    with pytest.raises(AssertionError, match="ends something else|have no end"):
        plainly_read(GOOD.format(title="Questions", summary="", more=left_open))


def test_a_line_s_end_with_which_a_box_begins_is_not_of_its_text() -> None:
    html = GOOD.format(title="Questions", summary="", more="<textarea>\n\nTwo &amp; three\n</textarea>")
    assert [next(page.iter("textarea")).text for page in (plainly_read(html), parsed(html).tree.get_document())] == ["\nTwo & three\n"] * 2

"""Putting words back into a page: text in, text out."""

from agencies.web.identity.refill import refill

PAGE = """<!DOCTYPE html><html><body><!-- kept --><form method="get" action="/search"><input name="q" value="x"></form>
<form method="post"><input type="hidden" name="seen" value="2.7"><input name="who" value="">&nbsp;<textarea name="why">old &amp; gone</textarea>
<select name="to"><option value="a" selected>A</option><option value="b">B</option></select>
<input type="checkbox" name="t" value="1" checked><input type="checkbox" name="t" value="2"><input type="password" name="password"></form>
<form method="post" action="/other"><input name="who" value="other"></form></body></html>"""


def filled(**typed: list[str]) -> tuple[str, dict[str, list[str]]]:
    return refill(PAGE, page="/here?x=1", action="/here", typed=typed)


def test_nothing_typed_leaves_fields_as_they_were() -> None:
    html, left = refill(PAGE, page="/here", action="/elsewhere", typed={"who": ["me"]})
    assert (html, left) == (PAGE, {"who": ["me"]})


def test_each_kind_of_field_takes_its_answer() -> None:
    html, left = filled(who=['"quoted" <b>'], why=["\nTwo\nlines </textarea><script>"], to=["b"], t=["2"])
    assert '<input name="who" value="&quot;quoted&quot; &lt;b&gt;">' in html
    assert '<textarea name="why">\n\nTwo\nlines &lt;/textarea&gt;&lt;script&gt;</textarea>' in html
    assert '<option value="a">A' in html
    assert '<option value="b" selected>' in html
    assert 'value="1">' in html
    assert 'value="2" checked>' in html
    assert left == {}


CHOICES = """<form method="post"><input type="radio" name="holder_new" value="r" checked><input type="radio" name="holder_new" value="f">
<input type="radio" name="when" value="" checked><input type="radio" name="when" value="other">
<select name="to"><option value="a">A</option><option value="b" selected>B</option></select></form>"""


def chosen(**typed: list[str]) -> str:
    return refill(CHOICES, page="/here", action="/here", typed=typed)[0]


def test_a_choice_that_was_not_asked_when_the_words_were_kept_stays_as_the_page_suggests() -> None:
    assert chosen(holder_old=["r"]) == CHOICES


def test_an_answer_that_is_not_offered_any_more_leaves_what_the_page_suggests() -> None:
    assert chosen(holder_new=["gone"], to=["gone"]) == CHOICES


def test_an_answer_that_is_offered_takes_the_place_of_what_the_page_suggests() -> None:
    html = chosen(holder_new=["f"], to=["a"], when=[""])
    assert html.count(" checked>") == 2
    assert '<input type="radio" name="holder_new" value="f" checked>' in html
    assert '<input type="radio" name="when" value="" checked>' in html
    assert '<option value="a" selected>' in html


def test_what_the_page_puts_in_itself_and_secrets_stay_as_they_are() -> None:
    html, _ = filled(seen=["1.1"], password=["secret"], who=["me"])
    assert 'name="seen" value="2.7"' in html
    assert "secret" not in html


def test_only_the_form_that_was_sent_is_filled() -> None:
    html, _ = filled(who=["me"])
    assert html.count('value="me"') == 1
    assert '<input name="who" value="other">' in html


def test_what_has_no_field_any_more_is_given_back() -> None:
    assert filled(gone=["A long answer that must not be lost."])[1] == {"gone": ["A long answer that must not be lost."]}

"""Where a mark stands once words were taken out: at each gap, whoever typed none, and nowhere else."""

import random
import re

import pytest

from escalation.services.gaps import MOST_WAYS, taken_out

WORDS = ["the", "a", "not", "and", "Ffion", "was", "there", "did", ".", ",", "("]
READ = {
    "not": ("The child is not at risk.", "The child is at risk.", "The child is [taken out] at risk."),
    "first": ("No. It was done.", "It was done.", "[taken out] It was done."),
    "last": ("It was done? No.", "It was done?", "It was done? [taken out]"),
    "all": ("It was done.", "  ", "[taken out]"),
    "in brackets": ("Seen (by Ffion) there.", "Seen () there.", "Seen ([taken out]) there."),
    "a paragraph": ("One.\n\nTwo.\n\nThree.", "One.\n\nThree.", "One.\n\n[taken out]\n\nThree."),
    "a sentence that begins like the next": ("He did not hit her. He did run.", "He did run.", "[taken out] He did run."),
    "where a mark says so": ("He did not hit her. He did run.", "He did [taken out] run.", "He did [taken out] run."),
    "a mark in another place": ("It was not done.", "[taken out] It was done.", "It was [taken out] done."),
    "part of a joined word": ("non-existent", "existent", "[taken out] existent"),
    "beside a mark of before": ("a [taken out] b c", "a c", "a [taken out] c"),
    "a mark of before, struck out": ("a [taken out] b c", "a b", "a [taken out] b [taken out]"),
}
REFUSED = {
    "another order": ("a b", "b a"),
    "more of the same": ("a", "a a"),
    "half a word": ("I don’t", "I do"),
    "part of a word": ("I disagreed", "I agreed"),
    "another case": ("A man", "a man"),
    "a mark that is none": ("a b", "a [taken]"),
    "words in a mark's place": ("a [taken out] b", "a risk b"),
}


@pytest.mark.parametrize("what", READ)
def test_a_mark_stands_at_each_gap(what: str) -> None:
    before, typed, left = READ[what]
    assert taken_out(before, typed) == left


@pytest.mark.parametrize("what", REFUSED)
def test_what_did_not_stand_there_is_refused(what: str) -> None:
    assert taken_out(*REFUSED[what]) is None


def test_however_words_are_taken_out_the_marks_and_nothing_else_stand_for_them() -> None:
    dice = random.Random(7)
    for _ in range(2000):
        before = [dice.choice(WORDS) for _ in range(dice.randint(1, 14))]
        left = [word for word in before if dice.random() < 0.7]
        out = taken_out(" ".join(before), " ".join(left))
        parts = re.findall(r"\[taken out\]|\w+|[.,(]", str(out))
        assert [part for part in parts if part != "[taken out]"] == left
        # Read as a pattern, each mark for one word or more, it is what stood there.
        pattern = "".join(r"(?: \S+)+" if part == "[taken out]" else f" {re.escape(part)}" for part in parts)
        assert re.fullmatch(pattern, f" {' '.join(before)}"), (before, left, out)


def test_a_text_of_one_sign_over_and_over_is_read_at_once() -> None:
    assert MOST_WAYS < 5_000 * 5_000
    assert taken_out("." * 10_000, f"[taken out] {'.' * 5_000}") == f"{'.' * 5_000}[taken out]"

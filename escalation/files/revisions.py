"""What a document still carries of how it was written: changes that nobody has accepted yet, and comments. Neither is part of the letter.

They are not taken out: with every change accepted it would be another document, and which one only its owner can say.
"""

from agencies.marks import gettext_noop
from escalation.files.refusal import Refused

CHANGES = gettext_noop(
    "The document holds tracked changes, so words that were taken out can still be read in it. Accept or reject them all "
    "(Word: Review, Accept, Accept all changes; LibreOffice: Edit, Track changes, Accept all), save it, then attach it."
)
COMMENTS = gettext_noop(
    "The document holds comments. Delete them all (Word: Review, Delete, Delete all comments; LibreOffice: in a comment’s own menu, "
    "Delete all comments), save it, then attach it."
)
# Of both spaces that Word has for its own; a table, a picture or a formula of another's may have the same names.
WORD = "wordprocessingml"
WORD_CHANGES = frozenset(
    {"ins", "del", "delText", "moveFrom", "moveTo", "moveFromRangeStart", "moveToRangeStart", "cellIns", "cellDel", "cellMerge", "numberingChange",
     "customXmlInsRangeStart", "customXmlDelRangeStart", "customXmlMoveFromRangeStart", "customXmlMoveToRangeStart"}
)  # fmt: skip
# Another look of a piece of text, a paragraph, a section, a table: rPrChange, pPrChange, sectPrChange, tblGridChange …
WORD_LOOKS = ("PrChange", "PrExChange", "GridChange")
WORD_COMMENTS = frozenset({"comment", "commentReference", "commentRangeStart"})
OPEN_CHANGES = frozenset({"changed-region", "change", "change-start", "change-end"})
OPEN_COMMENTS = frozenset({"annotation", "annotation-end"})


def look_in_word(name: str) -> None:
    """An element of a Word text. Raises Refused for a change that was tracked, and for a comment."""
    space, _, plain = name.rpartition(" ")
    if WORD not in space:
        return
    if plain in WORD_CHANGES or plain.endswith(WORD_LOOKS):
        raise Refused(CHANGES)
    if plain in WORD_COMMENTS:
        raise Refused(COMMENTS)


def look_in_open_document(plain: str) -> None:
    """An element of an OpenDocument, by its name without its space. Raises as `look_in_word`."""
    if plain in OPEN_CHANGES:
        raise Refused(CHANGES)
    if plain in OPEN_COMMENTS:
        raise Refused(COMMENTS)

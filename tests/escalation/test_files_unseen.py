"""Words of a Word or OpenDocument text that are formatted as hidden, or black on black, are refused; what is seen is taken."""

from collections.abc import Callable

import pytest

from escalation.files.cleaning import cleaned
from escalation.files.kinds import FileKind
from escalation.files.refusal import Refused
from escalation.files.unseen import UNSEEN
from tests.escalation.uploads import W, docx, docx_with, odt, word_with

HIDING = f"""<w:styles xmlns:w="{W}"><w:style w:type="character" w:styleId="Aside"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Note"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Plain"><w:rPr><w:vanish w:val="0"/></w:rPr></w:style></w:styles>"""


def run(looks: str, words: str = "Kian Whitfield") -> str:
    return f"<y:r><y:rPr>{looks}</y:rPr><y:t>{words}</y:t></y:r>"


def word(looks: str, words: str = "Kian Whitfield") -> Callable[[], bytes]:
    return word_with(run(looks, words))


def styled(piece: str) -> Callable[[], bytes]:
    body = f'<w:document xmlns:w="{W}"><w:body><w:p>{piece}</w:p></w:body></w:document>'
    return lambda: docx(**{"word/styles.xml": HIDING, "word/document.xml": body})


def open_text(looks: str, piece: str = '<text:span text:style-name="T1">Kian Whitfield</text:span>', **more: str) -> Callable[[], bytes]:
    spaces = 'xmlns:office="o" xmlns:text="t" xmlns:style="s" xmlns:fo="f"'
    style = f'<style:style style:name="T1"><style:text-properties {looks}/></style:style>'
    body = f"<office:automatic-styles>{style}</office:automatic-styles><office:body><office:text><text:p>{piece}</text:p></office:text></office:body>"
    return lambda: odt(**{"content.xml": f"<office:document-content {spaces}>{body}</office:document-content>", **more})


NOT_SEEN = {
    "hidden in Word": (FileKind.DOCX, word("<y:vanish/>")),
    "hidden by a style of the words": (FileKind.DOCX, styled('<w:r><w:rPr><w:rStyle w:val="Aside"/></w:rPr><w:t>Kian</w:t></w:r>')),
    "hidden by a style of the paragraph": (FileKind.DOCX, styled('<w:pPr><w:pStyle w:val="Note"/></w:pPr><w:r><w:t>Kian</w:t></w:r>')),
    "black on black, as a marker has it": (FileKind.DOCX, word('<y:highlight y:val="black"/>')),
    "black on a black shade": (FileKind.DOCX, word('<y:color y:val="000000"/><y:shd y:fill="000000"/>')),
    "hidden at the foot of a page": (
        FileKind.DOCX,
        docx_with("word/footer1.xml", f'<w:ftr xmlns:w="{W}"><w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Kian</w:t></w:r></w:p></w:ftr>'),
    ),
    "hidden in an OpenDocument": (FileKind.ODT, open_text('text:display="none"')),
    "black on black in an OpenDocument": (FileKind.ODT, open_text('fo:color="#000000" fo:background-color="#000000"')),
    "a hidden section": (FileKind.ODT, open_text("", '<text:section text:display="none">Kian</text:section>')),
    "a paragraph hidden by a condition": (FileKind.ODT, open_text("", '<text:hidden-paragraph text:condition="1"/>Kian')),
}
SEEN = {
    "words as they are": (FileKind.DOCX, word("")),
    "a mark of Word's own that is hidden": (FileKind.DOCX, word_with("<y:pPr><y:rPr><y:vanish/></y:rPr></y:pPr>" + run(""))),
    "an entry of a table of contents": (FileKind.DOCX, word("<y:webHidden/>")),
    "hidden spaces": (FileKind.DOCX, word("<y:vanish/>", "  ")),
    "not hidden after all": (FileKind.DOCX, word('<y:vanish y:val="false"/>')),
    "a style that hides nothing": (FileKind.DOCX, styled('<w:r><w:rPr><w:rStyle w:val="Plain"/></w:rPr><w:t>Kian</w:t></w:r>')),
    "styles that hide, of which none is used": (FileKind.DOCX, styled("<w:r><w:t>Kian</w:t></w:r>")),
    "white on a black marker": (FileKind.DOCX, word('<y:color y:val="FFFFFF"/><y:highlight y:val="black"/>')),
    "a yellow marker": (FileKind.DOCX, word('<y:highlight y:val="yellow"/>')),
    "a shade on which Word writes in white": (FileKind.DOCX, word('<y:shd y:fill="000000"/>')),
    "white on black in an OpenDocument": (FileKind.ODT, open_text('fo:color="#ffffff" fo:background-color="#000000"')),
    "an OpenDocument's words": (FileKind.ODT, open_text('fo:font-weight="bold"')),
}


@pytest.mark.parametrize("name", NOT_SEEN)
def test_words_that_are_not_seen_are_refused_with_what_helps(name: str) -> None:
    kind, make = NOT_SEEN[name]
    with pytest.raises(Refused) as refused:
        cleaned(kind, make())
    assert refused.value.message == UNSEEN


@pytest.mark.parametrize("name", SEEN)
def test_what_is_seen_is_taken(name: str) -> None:
    kind, make = SEEN[name]
    assert cleaned(kind, make())

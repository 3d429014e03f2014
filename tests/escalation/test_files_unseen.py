"""Words of a Word or OpenDocument text that are formatted as hidden, white on white, or black on black, are refused; what is seen is taken."""

from collections.abc import Callable

import pytest

from escalation.files.cleaning import cleaned
from escalation.files.kinds import FileKind
from escalation.files.refusal import Refused
from escalation.files.unseen import UNSEEN
from tests.escalation.uploads import W, docx, docx_with, odt, word_with

HIDING = f"""<w:styles xmlns:w="{W}"><w:style w:type="character" w:styleId="Aside"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Note"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Plain"><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Later"><w:basedOn w:val="Aside"/><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Shown"><w:basedOn w:val="Aside"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Ring"><w:basedOn w:val="Ring"/></w:style>
<w:style w:type="paragraph" w:styleId="Pale"><w:rPr><w:color w:val="FEFEFE"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Banner"><w:basedOn w:val="Pale"/><w:pPr><w:shd w:val="clear" w:fill="1F3864"/></w:pPr></w:style>
<w:style w:type="table" w:styleId="Grid"><w:tblStylePr w:type="firstRow"><w:rPr><w:color w:val="FFFFFF"/></w:rPr>
<w:tcPr><w:shd w:val="clear" w:fill="1F3864"/></w:tcPr></w:tblStylePr></w:style>
<w:style w:type="table" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>"""
WHITE = '<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>Kian</w:t></w:r>'


def run(looks: str, words: str = "Kian Whitfield") -> str:
    return f"<y:r><y:rPr>{looks}</y:rPr><y:t>{words}</y:t></y:r>"


def word(looks: str, words: str = "Kian Whitfield") -> Callable[[], bytes]:
    return word_with(run(looks, words))


def styled(piece: str) -> Callable[[], bytes]:
    body = f'<w:document xmlns:w="{W}"><w:body><w:p>{piece}</w:p></w:body></w:document>'
    return lambda: docx(**{"word/styles.xml": HIDING, "word/document.xml": body})


def shaped(fill: str, *, line: str = "") -> Callable[[], bytes]:
    drawn = f"<a:solidFill>{fill}</a:solidFill><a:ln><a:solidFill>{line}</a:solidFill></a:ln>"
    spaces = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    words = f"<wps:txbx><w:txbxContent><w:p>{WHITE}</w:p></w:txbxContent></wps:txbx>"
    return styled(f"<w:r><w:drawing {spaces}><wps:wsp><wps:spPr>{drawn}</wps:spPr>{words}</wps:wsp></w:drawing><w:t>Seen</w:t></w:r>")


def celled(piece: str, *, style: str = "", cell: str = "") -> Callable[[], bytes]:
    table = f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/></w:tblPr><w:tr><w:tc><w:tcPr>{cell}</w:tcPr><w:p>{piece}</w:p></w:tc></w:tr></w:tbl>'
    body = f'<w:document xmlns:w="{W}"><w:body>{table}</w:body></w:document>'
    return lambda: docx(**{"word/styles.xml": HIDING, "word/document.xml": body})


def open_based(base: str, looks: str, piece: str = '<text:p text:style-name="P1">Kian</text:p>', more: str = "") -> Callable[[], bytes]:
    """An OpenDocument whose paragraph's style is based on one that stands after it, among the document's own."""
    spaces = (
        'xmlns:office="o" xmlns:text="t" xmlns:style="s" xmlns:fo="f" xmlns:table="b" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    )
    style = f'<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Mid">{looks}</style:style>'
    body = f"<office:automatic-styles>{style}{more}</office:automatic-styles><office:body><office:text>{piece}</office:text></office:body>"
    own = f"""<style:style style:name="Mid" style:family="paragraph" style:parent-style-name="Base"/>
    <style:style style:name="Base" style:family="paragraph"><style:text-properties {base}/></style:style>"""
    return lambda: odt(
        **{
            "styles.xml": f"<office:document-styles {spaces}><office:styles>{own}</office:styles></office:document-styles>",
            "content.xml": f"<office:document-content {spaces}>{body}</office:document-content>",
        }
    )


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
    "hidden by what a style is based on": (FileKind.DOCX, styled('<w:r><w:rPr><w:rStyle w:val="Later"/></w:rPr><w:t>Kian</w:t></w:r>')),
    "hidden by a table's style": (FileKind.DOCX, celled("<w:r><w:t>Kian</w:t></w:r>", style="Gone")),
    "white on white": (FileKind.DOCX, styled(WHITE)),
    "nearly white, by a style of the paragraph": (FileKind.DOCX, styled('<w:pPr><w:pStyle w:val="Pale"/></w:pPr><w:r><w:t>Kian</w:t></w:r>')),
    "white on a white shade": (FileKind.DOCX, word('<y:color y:val="FFFFFF"/><y:shd y:val="clear" y:fill="FFFFFF"/>')),
    "white in a cell that is not shaded": (FileKind.DOCX, celled(WHITE)),
    "white in a shape that is filled with white": (FileKind.DOCX, shaped('<a:srgbClr val="FFFFFF"/>')),
    "hidden by what an OpenDocument's style is based on": (FileKind.ODT, open_based('text:display="none"', "")),
    "white on white in an OpenDocument": (FileKind.ODT, open_text('fo:color="#ffffff"')),
    "white by what an OpenDocument's style is based on": (FileKind.ODT, open_based('fo:color="#fefefe"', "")),
    "a hidden section": (FileKind.ODT, open_text("", '<text:section text:display="none">Kian</text:section>')),
    "a paragraph hidden by a condition": (FileKind.ODT, open_text("", '<text:hidden-paragraph text:condition="1"/>Kian')),
}
SEEN = {
    "shown by a style that is based on a hidden one": (FileKind.DOCX, styled('<w:r><w:rPr><w:rStyle w:val="Shown"/></w:rPr><w:t>Kian</w:t></w:r>')),
    "a style that is based on itself": (FileKind.DOCX, styled('<w:r><w:rPr><w:rStyle w:val="Ring"/></w:rPr><w:t>Kian</w:t></w:r>')),
    "white on a paragraph's own colour": (FileKind.DOCX, styled('<w:pPr><w:pStyle w:val="Banner"/></w:pPr><w:r><w:t>Kian</w:t></w:r>')),
    "white in a cell that is shaded": (FileKind.DOCX, celled(WHITE, cell='<w:shd w:val="clear" w:fill="1F3864"/>')),
    "white in the first row of a table that its style shades": (FileKind.DOCX, celled(WHITE, style="Grid")),
    "white in a shape": (FileKind.DOCX, styled(f"<w:r><w:pict><w:txbxContent><w:p>{WHITE}</w:p></w:txbxContent></w:pict><w:t>Seen</w:t></w:r>")),
    "white in a shape that is filled with a colour": (FileKind.DOCX, shaped('<a:srgbClr val="1F3864"/>')),
    "white in a shape whose white lets through what is below": (FileKind.DOCX, shaped('<a:srgbClr val="FFFFFF"><a:alpha val="0"/></a:srgbClr>')),
    "white in a shape with a white line around": (FileKind.DOCX, shaped('<a:srgbClr val="1F3864"/>', line='<a:srgbClr val="FFFFFF"/>')),
    "a white sign at a paragraph's end": (
        FileKind.DOCX,
        styled('<w:pPr><w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:pPr><w:r><w:t>Kian</w:t></w:r>'),
    ),
    "an OpenDocument's style that shows what the one below hides": (
        FileKind.ODT,
        open_based('text:display="none"', '<style:text-properties text:display="true"/>'),
    ),
    "white on an OpenDocument's coloured paragraph": (
        FileKind.ODT,
        open_based('fo:color="#ffffff"', '<style:paragraph-properties fo:background-color="#1f3864"/>'),
    ),
    "white in a cell that an OpenDocument shades": (
        FileKind.ODT,
        open_based(
            'fo:color="#ffffff"',
            "",
            '<table:table><table:table-row><table:table-cell table:style-name="A1"><text:p text:style-name="P1">Kian</text:p>'
            "</table:table-cell></table:table-row></table:table>",
            '<style:style style:name="A1" style:family="table-cell"><style:table-cell-properties fo:background-color="#1f3864"/></style:style>',
        ),
    ),
    "white in an OpenDocument's shape": (
        FileKind.ODT,
        open_based('fo:color="#ffffff"', "", '<draw:frame><draw:text-box><text:p text:style-name="P1">Kian</text:p></draw:text-box></draw:frame>'),
    ),
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

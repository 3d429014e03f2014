"""Words of a PDF that somebody believes gone, under a bar or on a layer that is switched off, are refused; what is seen as it is drawn is taken."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from escalation.files.cleaning import cleaned
from escalation.files.kinds import FileKind
from escalation.files.pdf_covered import COVERED, CROPPED, NOT_LOOKED_AT, TOO_LONG
from escalation.files.pdf_layers import LAYERS
from escalation.files.refusal import Refused

WORDS = "BT /F1 12 Tf 72 700 Td (Seen on Friday: Kian Whitfield.) Tj ET"
UNSEEN = "BT /F1 12 Tf 3 Tr 72 700 Td (Seen on Friday: Kian Whitfield.) Tj ET"
# Helvetica says no widths here: each letter counts half its size, so the words end at 72 + 31 * 6.
BAR = "150 697 60 14 re f"
# The same bar, its corners drawn as curves.
ROUND = "155 697 m 205 697 l 208 697 210 699 210 702 c 210 706 l 210 709 208 711 205 711 c 155 711 l 150 711 150 706 v 150 702 l 150 697 155 697 y h"
DRAWN = {"bar": BAR, "words": WORDS}
# Four letters of twenty points each, drawn as shapes.
STEMS = " ".join(
    f"{80 + 20 * n} 698 m {84 + 20 * n} 698 l {84 + 20 * n} 732 l {82 + 20 * n} 733 {81 + 20 * n} 733 {80 + 20 * n} 732 c h" for n in range(4)
)
TILES = {"whole": "0 g 0 0 8 8 re f", "hatched": "0 g 0 0 2 8 re f"}


def sheet(content: str, **more: Any) -> Callable[[Any], None]:
    """A page of one font that draws this."""

    def change(new: Any) -> None:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        looks = {
            "Half": pikepdf.Dictionary(ca=0.4),
            "Mixed": pikepdf.Dictionary(BM=pikepdf.Name.Multiply),
        }
        page = new.pages[0]
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font), ExtGState=pikepdf.Dictionary(**looks), XObject=pikepdf.Dictionary())
        form = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Form, "BBox": [0, 0, 612, 792], "Resources": page.Resources}
        for name, inner in DRAWN.items():
            page.Resources.XObject[f"/{name}"] = new.make_stream(inner.encode(), **form)
        dots = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "ColorSpace": pikepdf.Name.DeviceGray, "BitsPerComponent": 8}
        page.Resources.XObject["/dot"] = new.make_stream(b"\x00", Width=1, Height=1, **dots)
        page.Resources.XObject["/scan"] = new.make_stream(bytes(10_000), Width=100, Height=100, **dots)
        page.Resources.XObject["/through"] = new.make_stream(bytes(10_000), Width=100, Height=100, **dots, SMask=page.Resources.XObject["/scan"])
        tile = {"PatternType": 1, "PaintType": 1, "TilingType": 1, "BBox": [0, 0, 8, 8], "XStep": 8, "YStep": 8, "Resources": pikepdf.Dictionary()}
        patterns = {name: new.make_stream(inner.encode(), **tile) for name, inner in TILES.items()}
        run = pikepdf.Dictionary(
            ShadingType=2, ColorSpace=pikepdf.Name.DeviceGray, Coords=[0, 0, 612, 0], Extend=[True, True],
            Function=pikepdf.Dictionary(FunctionType=2, Domain=[0, 1], C0=[0], C1=[0.4], N=1),
        )  # fmt: skip
        page.Resources.Pattern = pikepdf.Dictionary(**patterns, run=pikepdf.Dictionary(PatternType=2, Shading=run))
        page.Resources.Shading = pikepdf.Dictionary(run=run)
        page.Contents = new.make_stream(content.encode())
        for key, value in more.items():
            page[f"/{key}"] = value(new)

    return change


def made(change: Callable[[Any], None]) -> bytes:
    new = pikepdf.new()
    new.add_blank_page(page_size=(612, 792))
    change(new)
    out = BytesIO()
    new.save(out)
    return out.getvalue()


def square(new: Any) -> Any:
    """A black box that was drawn over the page as a mark of its own."""
    shape = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Form, "BBox": [0, 0, 60, 14]}
    drawn = new.make_indirect(new.make_stream(b"0 g 0 0 60 14 re f", **shape))
    mark = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, Rect=[150, 697, 210, 711], F=4, AP=pikepdf.Dictionary(N=drawn), IC=[0, 0, 0]
    )
    return pikepdf.Array([new.make_indirect(mark)])


COVERING = {
    "a bar over words": sheet(f"{WORDS} 0 g {BAR}"),
    "a white one": sheet(f"{WORDS} 1 g {BAR}"),
    "a bar of lines": sheet(f"{WORDS} 150 697 m 210 697 l 210 711 l 150 711 l h f"),
    "a bar as one thick line": sheet(f"{WORDS} 14 w 150 704 m 210 704 l S"),
    "a bar turned with its page": sheet("q .24 0 0 -.24 0 792 cm BT /F1 50 Tf 1 0 0 -1 300 383 Tm (Kian Whitfield) Tj ET 250 330 400 70 re f Q"),
    "a bar as a picture of one dot": sheet(f"{WORDS} q 60 0 0 14 150 697 cm /dot Do Q"),
    "a bar in a form": sheet(f"{WORDS} /bar Do"),
    "words in a form": sheet(f"/words Do 0 g {BAR}"),
    "a bar over the words that a scanner's program read": sheet(f"q 612 0 0 792 0 0 cm /scan Do Q {UNSEEN} 0 g {BAR}"),
    "black words on a black box": sheet(f"0 0 0 rg {BAR} {WORDS}"),
    "a bar over initials alone": sheet("BT /F1 12 Tf 72 700 Td (A child, ) Tj (KW) Tj ( of nine) Tj ET 0 g 125 697 14 14 re f"),
    "a black box as a mark over the page": sheet(WORDS, Annots=square),
    "a bar with round corners": sheet(f"{WORDS} {ROUND} f"),
    "a bar at a slant": sheet(f"{WORDS} 148 690 m 212 702 l 209 718 l 145 706 l h f"),
    "what was scribbled over words with a thick pen": sheet(f"{WORDS} 9 w 140 698 m 180 706 l 220 700 l S"),
    "a bar cut to a round shape": sheet(f"{WORDS} q {ROUND} W n 0 0 612 792 re f Q"),
    "a bar of two boxes in one": sheet(f"{WORDS} 150 697 40 14 re 170 697 40 14 re f"),
    "a bar filled with a pattern that has no gaps": sheet(f"{WORDS} /Pattern cs /whole scn {BAR}"),
    "a bar of colours that run": sheet(f"{WORDS} /Pattern cs /run scn {BAR}"),
    "colours that run over a part of the page": sheet(f"{WORDS} q 150 697 60 14 re W n /run sh Q"),
    "black words on a black box with round corners": sheet(f"0 0 0 rg {ROUND} f {WORDS}"),
    "a picture over a name": sheet(f"{WORDS} q 60 0 0 14 150 697 cm /scan Do Q"),
    "a picture over a name, at a slant": sheet(f"{WORDS} q 60 8 -3 18 150 693 cm /scan Do Q"),
    "a page that was cropped to leave a name out": sheet(WORDS, CropBox=lambda _new: pikepdf.Array([0, 0, 150, 792])),
}
SEEN = {
    "words alone": sheet(WORDS),
    "a box under words": sheet(f"0.9 g {BAR} 0 g {WORDS}"),
    "white words on a black box": sheet(f"0 g {BAR} 1 g {WORDS}"),
    "white words on a white box, of a page that was printed without its backgrounds": sheet(f"1 g {BAR} {WORDS}"),
    "a box beside words": sheet(f"{WORDS} 0 g 300 697 60 14 re f"),
    "a line under words": sheet(f"{WORDS} 0 g 72 698 180 1 re f"),
    "a line through words": sheet(f"{WORDS} 0 g 72 703 180 1 re f 1 w 72 704 m 250 704 l S"),
    "a marker that is seen through": sheet(f"{WORDS} /Half gs 1 1 0 rg {BAR}"),
    "a marker that mixes": sheet(f"{WORDS} /Mixed gs 1 1 0 rg {BAR}"),
    "a form that is laid over half": sheet(f"{WORDS} q /Half gs /bar Do Q"),
    "a frame of two boxes": sheet(f"{WORDS} 0 g 140 690 90 30 re 145 694 80 22 re f*"),
    "a frame that is drawn": sheet(f"{WORDS} 3 w 145 694 80 22 re S"),
    "a box of which nothing is shown there": sheet(f"{WORDS} q 300 600 10 10 re W n 0 0 612 792 re f Q"),
    "a scan with its words under it": sheet(f"{UNSEEN} q 612 0 0 792 0 0 cm /scan Do Q"),
    "black words on a picture on a black box": sheet(f"0 g {BAR} q 612 0 0 792 0 0 cm /scan Do Q {WORDS}"),
    "a frame with round corners": sheet(f"{WORDS} {ROUND} 147 694 66 20 re f*"),
    "a line of dashes through words": sheet(f"{WORDS} 14 w [2 9] 0 d 150 704 m 210 704 l S"),
    "a bar filled with a pattern that has gaps": sheet(f"{WORDS} /Pattern cs /hatched scn {BAR}"),
    "colours that run in the forms of letters": sheet("BT /F1 12 Tf 7 Tr 72 700 Td (Seen on Friday: Kian Whitfield.) Tj ET /run sh"),
    "a scan with seen words under it": sheet(f"{WORDS} q 612 0 0 792 0 0 cm /scan Do Q"),
    "a scan with seen words under it, and a stamp": sheet(f"{WORDS} q 612 0 0 792 0 0 cm /scan Do Q BT /F1 9 Tf 1 0 0 1 9 9 Tm (Received) Tj ET"),
    "a picture beside words": sheet(f"{WORDS} q 60 0 0 14 150 720 cm /scan Do Q"),
    "a picture over words, that is seen through": sheet(f"{WORDS} q 60 0 0 14 150 697 cm /through Do Q"),
    "a page that was cropped to nothing, which is shown whole": sheet(WORDS, CropBox=lambda _new: pikepdf.Array([0, 0, 0, 0])),
    "a page that was cropped beside its words": sheet(WORDS, CropBox=lambda _new: pikepdf.Array([612, 792, 60, 600])),
    "words that are drawn as shapes as well": sheet(f"BT /F1 40 Tf 72 700 Td (IIII) Tj ET {STEMS} f"),
}


@pytest.mark.parametrize("name", COVERING)
def test_words_that_are_covered_are_refused_with_what_helps(name: str) -> None:
    with pytest.raises(Refused) as refused:
        cleaned(FileKind.PDF, made(COVERING[name]))
    assert refused.value.message == (CROPPED if "cropped" in name else COVERED)


@pytest.mark.parametrize("name", SEEN)
def test_what_is_seen_as_it_is_drawn_is_taken(name: str) -> None:
    assert cleaned(FileKind.PDF, made(SEEN[name]))


def layered(plan: Callable[[Any, Any], Any], *, member: dict[str, Any] | None = None) -> Callable[[Any], None]:
    """A page with one layer, and how it is shown when the document is opened."""

    def change(new: Any) -> None:
        sheet(WORDS)(new)
        group = new.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Draft"))
        new.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([group]), D=plan(new, group))
        if member is not None:
            new.Root.Held = new.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCMD, OCGs=group, **member))

    return change


def off(_new: Any, group: Any) -> Any:
    return pikepdf.Dictionary(OFF=pikepdf.Array([group]))


def begins_off(_new: Any, _group: Any) -> Any:
    return pikepdf.Dictionary(BaseState=pikepdf.Name.OFF)


def off_by_use(_new: Any, group: Any) -> Any:
    group.Usage = pikepdf.Dictionary(View=pikepdf.Dictionary(ViewState=pikepdf.Name.OFF))
    rule = pikepdf.Dictionary(Event=pikepdf.Name.View, Category=pikepdf.Array([pikepdf.Name.View]), OCGs=pikepdf.Array([group]))
    return pikepdf.Dictionary(AS=pikepdf.Array([rule]))


def shown(_new: Any, group: Any) -> Any:
    return pikepdf.Dictionary(BaseState=pikepdf.Name.OFF, ON=pikepdf.Array([group]))


@pytest.mark.parametrize("make", [layered(off), layered(begins_off), layered(off_by_use), layered(shown, member={"P": pikepdf.Name.AllOff})])
def test_a_layer_that_is_hidden_is_refused_with_what_helps(make: Callable[[Any], None]) -> None:
    with pytest.raises(Refused) as refused:
        cleaned(FileKind.PDF, made(make))
    assert refused.value.message == LAYERS


def test_a_layer_that_is_shown_is_taken() -> None:
    assert cleaned(FileKind.PDF, made(layered(shown)))
    assert cleaned(FileKind.PDF, made(layered(shown, member={"P": pikepdf.Name.AnyOn})))


def test_what_cannot_be_looked_through_is_refused_with_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    """It must not take the time and the memory that a file has, nor pass as looked through."""
    with pytest.raises(Refused) as refused:
        cleaned(FileKind.PDF, made(sheet("BT /F1 Tf (x) Tj ET")))
    assert refused.value.message == NOT_LOOKED_AT
    with pytest.raises(Refused) as refused:
        cleaned(FileKind.PDF, made(sheet("0 0 1 1 re f " * 310_000 + WORDS)))
    assert refused.value.message == TOO_LONG
    monkeypatch.setattr("escalation.files.pdf_things.MOST_STEPS", 200)
    with pytest.raises(Refused) as refused:
        cleaned(FileKind.PDF, made(sheet("0 0 1 1 re f " * 90 + WORDS)))
    assert refused.value.message == TOO_LONG
    assert cleaned(FileKind.PDF, made(sheet("0 0 1 1 re f " * 60 + WORDS)))

"""Make the CJK font our PDFs embed, from Debian's `fonts-noto-cjk`. Development only.

    python tools/make_fonts.py [/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc]

Takes the Hong Kong face of the collection and keeps Latin, punctuation, every Han character
of Big5-HKSCS and of GB 2312, and those of our catalogues; drops hinting and layout features;
renames the family, as the SIL Open Font Licence asks of a modified font; writes
`VENDORED.json`. The same source and fontTools give the same bytes.
"""

import hashlib
import json
import sys
from importlib.metadata import version
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "look" / "fonts"
SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FACE = "Noto Sans CJK HK"
FAMILY = "OneChop Sans HK"
OUTPUT = "OneChopSansHK.otf"

#: Latin with its extensions, general punctuation, currency, letterlike, arrows, a few marks,
#: CJK punctuation, full-width forms. Kana, hangul and bopomofo are not for us.
RANGES = (
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x20AC, 0x20AC),
    (0x2100, 0x214F),
    (0x2190, 0x2199),
    (0x2200, 0x22FF),
    (0x2460, 0x2473),
    (0x25A0, 0x25CF),
    (0x2605, 0x2606),
    (0x2713, 0x2717),
    (0x3000, 0x303F),
    (0xFF01, 0xFF5E),
    (0xFFE0, 0xFFE6),
)


def wanted() -> set[int]:
    """The code points to keep."""
    points = {point for first, last in RANGES for point in range(first, last + 1)}
    points |= _repertoire("big5hkscs") | _repertoire("gb2312")
    for catalogue in sorted(ROOT.glob("*/**/locales/*/messages.po")):
        points |= {ord(c) for c in catalogue.read_text("utf-8") if _is_han(ord(c))}
    return points


def _repertoire(codec: str) -> set[int]:
    """The Han characters a double-byte codec can write."""
    points: set[int] = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                text = bytes((lead, trail)).decode(codec)
            except UnicodeDecodeError:
                continue
            points |= {ord(c) for c in text if _is_han(ord(c))}
    return points


def _is_han(point: int) -> bool:
    return (
        0x2E80 <= point <= 0x2FDF
        or 0x3400 <= point <= 0x9FFF
        or 0xF900 <= point <= 0xFAFF
        or 0x20000 <= point <= 0x3FFFF
    )


def main() -> None:
    """Write the font and its record."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE
    collection = TTCollection(str(source))
    font = next(face for face in collection.fonts if face["name"].getDebugName(1) == FACE)
    options = subset.Options(
        layout_features=[],
        hinting=False,
        desubroutinize=False,
        name_IDs=["*"],
        notdef_outline=True,
        glyph_names=False,
        drop_tables=["vhea", "vmtx", "VORG", "BASE", "DSIG", "GSUB", "GPOS", "GDEF"],
        recalc_timestamp=False,
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    _rename(font)
    path = FOLDER / OUTPUT
    font.save(path)
    _record(source, path, len(font.getBestCmap()))


def _rename(font: TTFont) -> None:
    """Give the font a name of ours in every name record; keep copyright and licence."""
    names = font["name"]
    kept = [
        record for record in names.names if record.nameID in {0, 13, 14} and record.langID == 0x409
    ]
    names.names = kept
    postscript = FAMILY.replace(" ", "") + "-Regular"
    for name_id, text in {
        1: FAMILY,
        2: "Regular",
        3: f"{postscript};1",
        4: FAMILY,
        5: "Version 1.0",
        6: postscript,
    }.items():
        names.setName(text, name_id, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames[0] = postscript
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName = FAMILY, FAMILY


def _record(source: Path, path: Path, characters: int) -> None:
    record = {
        "files": {path.name: hashlib.sha256(path.read_bytes()).hexdigest()},
        "licence": "OFL-1.1",
        "licence_file": "OFL.txt",
        "source": f"{FACE} in {source.name}, Debian package fonts-noto-cjk",
        "source_sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
        "characters": characters,
        "recipe": f"python tools/make_fonts.py, fontTools {version('fonttools')}",
    }
    (FOLDER / "VENDORED.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()

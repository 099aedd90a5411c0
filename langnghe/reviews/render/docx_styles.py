"""The Word styles, settings and properties of a form, with nothing left over from a template."""

from __future__ import annotations

from dataclasses import dataclass, replace
from xml.sax.saxutils import quoteattr

import docx
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm

from langnghe.reviews.render.docx_marks import clean, mark
from langnghe.reviews.render.forms import Form, PartyForm, StateForm

LANGUAGE = "vi-VN"
LEFTOVERS = ("/thumbnail", "/stylesWithEffects", "/customXml", "/extended-properties", "/numbering")
BUILT_IN = {"Heading 1", "Heading 2", "Heading 3", "Body Text", "Title", "Subtitle", "Header", "Footer"}


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph style looks; sizes and spaces in points, indent in millimetres, line as a multiple."""

    size: float
    bold: bool = False
    italic: bool = False
    underline: bool = False
    align: str = "left"
    indent: float = 0.0
    before: float = 0.0
    after: float = 0.0
    line: float = 1.0
    keep_next: bool = False
    outline: int | None = None


def blank(form: Form, title: str) -> Word:
    """An empty document with the styles of the form and no trace of a template, a person or a day."""
    word = docx.Document()
    _write_styles(word, form)
    _write_settings(word)
    _drop_leftovers(word)
    _write_properties(word, title)
    return word


def looks(form: Form) -> dict[str, Look]:
    return _body_looks(form) | _block_looks(form) | _head_looks(form)


def _body_looks(form: Form) -> dict[str, Look]:
    size, gap, indent = form.size_body, form.space_between_paragraphs_pt, form.first_line_indent_mm
    text = Look(size, align="both", indent=indent, after=gap, line=form.line_spacing)
    heading = replace(text, bold=True, before=gap, keep_next=True)
    return {
        "Heading 1": replace(heading, outline=0),
        "Heading 2": replace(heading, outline=1),
        "Heading 3": replace(heading, outline=2, italic=True),
        "Body Text": text,
        "Title": Look(form.size_kind, bold=True, align="center", before=18, keep_next=True),
        "Subtitle": Look(form.size_abstract, bold=True, align="center", keep_next=True),
        "Appendix Title": Look(size, bold=True, align="center", outline=0, keep_next=True),
        "Centred Note": Look(size, italic=True, align="center", before=gap / 2, after=gap),
    }


def _block_looks(form: Form) -> dict[str, Look]:
    party = isinstance(form, PartyForm)
    return {
        "Header": Look(form.size_page_number, align="center"),
        "Footer": Look(10, italic=True, align="center"),
        "Rule": Look(2),
        "Recipients Title": Look(form.size_recipients_title, bold=not party, italic=not party, underline=party),
        "Recipients": Look(form.size_recipients_list),
        "Signer": Look(form.size_signer, bold=True, align="center"),
        "Signer Post": Look(form.size_signer, bold=not party, align="center"),
        "Table Head": Look(form.size_table, bold=True, align="center", before=2, after=2),
        "Table Text": Look(form.size_table, before=2, after=2),
        "Table Figure": Look(form.size_table, align="right", before=2, after=2),
        "Table Note": Look(form.size_table, italic=True, before=4),
    }


def _head_looks(form: Form) -> dict[str, Look]:
    clear = 4.0 if isinstance(form, StateForm) else 0.0  # the rule above the number needs air
    common = {
        "Superior": Look(form.size_superior, align="center"),
        "Issuer": Look(form.size_issuer, bold=True, align="center"),
        "Number": Look(form.size_number, align="center", before=clear),
        "Place and Date": Look(form.size_place_date, italic=True, align="center", before=clear),
    }
    if isinstance(form, StateForm):
        common["National Name"] = Look(form.size_national_name, bold=True, align="center")
        common["Motto"] = Look(form.size_motto, bold=True, align="center")
    if isinstance(form, PartyForm):
        common["Party Name"] = Look(form.size_party_name, bold=True, align="center")
    return common


def _style(name: str, look: Look) -> str:
    identity = quoteattr(name.replace(" ", ""))
    built_in = name in BUILT_IN
    written = name.lower() if built_in and name.startswith("Head") or name == "Footer" else name
    kept = "<w:keepNext/><w:keepLines/>" * look.keep_next
    line = 'w:line="{}" w:lineRule="{}"'
    spacing = line.format(60, "exact") if name == "Rule" else line.format(round(look.line * 240), "auto")
    outline = "" if look.outline is None else f'<w:outlineLvl w:val="{look.outline}"/>'
    bold, italic = "<w:b/>" * look.bold, "<w:i/>" * look.italic
    under = '<w:u w:val="single"/>' * look.underline
    own = "" if built_in else ' w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph"{own} w:styleId={identity}><w:name w:val={quoteattr(written)}/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{kept}'
        f'<w:spacing w:before="{round(look.before * 20)}" w:after="{round(look.after * 20)}" {spacing}/>'
        f'<w:ind w:firstLine="{Mm(look.indent).twips}"/><w:jc w:val="{look.align}"/>{outline}</w:pPr>'
        f"<w:rPr>{bold}{italic}{_size(look.size)}{under}</w:rPr></w:style>"
    )


def _size(points: float) -> str:
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def _fixed_styles(form: Form) -> list[str]:
    name = quoteattr(form.font)
    fonts = f"<w:rFonts w:ascii={name} w:hAnsi={name} w:eastAsia={name} w:cs={name}/>"
    cells = "".join(f'<w:{side} w:w="85" w:type="dxa"/>' for side in ("left", "right"))
    edges = ("top", "left", "bottom", "right", "insideH", "insideV")
    grid = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for edge in edges)
    return [
        f"<w:docDefaults><w:rPrDefault><w:rPr>{fonts}"
        f'<w:color w:val="000000"/>{_size(form.size_body)}'
        f'<w:lang w:val="{LANGUAGE}" w:eastAsia="{LANGUAGE}" w:bidi="{LANGUAGE}"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>",
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f"<w:rPr>{fonts}{_size(form.size_body)}"
        "</w:rPr></w:style>",
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:semiHidden/></w:style>',
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        f"<w:semiHidden/><w:tblPr><w:tblCellMar>{cells}</w:tblCellMar></w:tblPr></w:style>",
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        "<w:semiHidden/></w:style>",
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{grid}</w:tblBorders></w:tblPr></w:style>',
        '<w:style w:type="character" w:customStyle="1" w:styleId="Reference"><w:name w:val="Reference"/>'
        '<w:basedOn w:val="DefaultParagraphFont"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        "</w:style>",
    ]


def _write_styles(word: Word, form: Form) -> None:
    styles = word.styles.element
    for old in list(styles):
        styles.remove(old)
    for written in _fixed_styles(form) + [_style(name, look) for name, look in looks(form).items()]:
        styles.append(mark(written))


def _write_settings(word: Word) -> None:
    settings = word.settings.element
    for old in settings.xpath("./w:rsids | ./w:zoom | ./w:savePreviewPicture | ./w:compat/w:useFELayout"):
        old.getparent().remove(old)
    for mode in settings.xpath("./w:compat/w:compatSetting[@w:name='compatibilityMode']/@w:val/.."):
        mode.set(qn("w:val"), "15")
    for language in settings.xpath("./w:themeFontLang"):
        settings.replace(language, mark(f'<w:themeFontLang w:val="{LANGUAGE}"/>'))


def _drop_leftovers(word: Word) -> None:
    for holder in (word.part.rels, word.part.package.rels):
        for key, rel in list(holder.items()):
            if rel.reltype.endswith(LEFTOVERS):
                del holder[key]


def _write_properties(word: Word, title: str) -> None:
    properties = word.part.package.part_related_by(RELATIONSHIP_TYPE.CORE_PROPERTIES)
    element = properties.element
    for old in list(element):
        element.remove(old)
    word.core_properties.title = clean(title)
    word.core_properties.language = LANGUAGE

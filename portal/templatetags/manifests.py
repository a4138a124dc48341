"""What a page says of a manifest, in the reader's language."""

from django import template

from portal.catalogue.models import Artwork
from portal.exhibitions.languages import chinese
from portal.uploads.iiif.judging import Row
from portal.uploads.iiif.manifests import Described

register = template.Library()
SHOWN = ("maker", "date_text", "medium", "technique", "school", "accession_number", "holder")


@register.filter
def title_of(work: Described) -> str:
    """Its title in the reader's language, else in the other one."""
    return (work.title(chinese=True) if chinese() else "") or work.title()


@register.filter
def name_of(row: Row, work: Described) -> str:
    """What a canvas is called among the others of its manifest; the only one by its title."""
    label = row.canvas.label(chinese()) or str(row.canvas.number)
    return label if len(work.canvases) > 1 else title_of(work) or label


@register.filter
def facts_of(work: Described) -> list[tuple[str, str]]:
    """What the manifest says of its work, by the names of the catalogue."""
    rows = [(name, work.fields.get(name, "")) for name in SHOWN] + [("credit_line", work.credit)]
    said = [(str(Artwork._meta.get_field(name).verbose_name), value) for name, value in rows if value]
    return [(name[:1].upper() + name[1:], value) for name, value in said]

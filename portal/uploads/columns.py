"""What the columns of a table may be called, in English and Chinese, and what a cell of each means."""

import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.catalogue.models import Artwork, Period, Rights
from portal.catalogue.services import ARTWORK_FIELDS

FILE = "file"
NAMES: dict[str, tuple[str, ...]] = {  # beside each field's own name and its label in every language
    FILE: ("file", "file name", "filename", "image", "photograph", "文件", "文件名", "图像", "图片", "照片"),
    "title": ("title", "名称", "题名", "标题", "作品", "作品名称"),
    "title_zh": ("title zh", "中文题名", "中文名称", "中文标题"),
    "maker": ("artist", "author", "creator", "作者", "画家", "艺术家"),
    "period": ("dynasty", "时代", "朝代", "时期"),
    "date_text": ("date", "dated", "year", "年代", "创作年代", "纪年"),
    "school": ("画派", "流派"),
    "category": ("type", "form", "类别", "形制"),
    "technique": ("技法",),
    "subjects": ("subject", "题材", "主题"),
    "medium": ("material", "materials", "材质", "质地"),
    "height_mm": ("height mm", "高 mm", "高 毫米", "纵 毫米", "纵 mm"),
    "width_mm": ("width mm", "宽 mm", "宽 毫米", "横 毫米", "横 mm"),
    "height_cm": ("height cm", "高 cm", "高 厘米", "纵 厘米", "纵 cm"),
    "width_cm": ("width cm", "宽 cm", "宽 厘米", "横 厘米", "横 cm"),
    "holder": ("owner", "收藏单位", "收藏机构", "收藏者", "藏家"),
    "accession_number": ("accession no", "accession", "inventory number", "inventory no", "藏品号", "登录号", "登记号"),
    "credit_line": ("credit", "致谢"),
    "rights": ("licence", "license", "权利", "版权"),
    "sacred": ("宗教图像",),
}
YES, NO = {"yes", "true", "1", "y", "x", "是", "有"}, {"", "no", "false", "0", "n", "否", "无"}
CENTIMETRES = {"height_cm": "height_mm", "width_cm": "width_mm"}
Words = dict[str, Any]


class Unreadable(ValueError):
    """A cell that says nothing its column could mean; `str()` is one sentence."""


def plain(text: str) -> str:
    """A name without what people write differently: case, width, brackets, dashes, dots, spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s_\-().:·/]+", " ", folded).strip()


@cache
def known() -> dict[str, str]:
    """Every name of a column as `plain` gives it → its field."""
    found: dict[str, str] = {}
    for field, names in NAMES.items():
        for name in (field, *names, *_labels(field)):
            found.setdefault(plain(name), field)
    return found


def field_of(column: str) -> str | None:
    """The field that a column is about, or None."""
    return known().get(plain(column))


def like(column: str) -> str | None:
    """A known name that the column may have meant."""
    return next(iter(difflib.get_close_matches(plain(column), known(), n=1, cutoff=0.75)), None)


def headings() -> list[str]:
    """The columns of the template, in the reader's language."""
    return [_("File name"), *(str(Artwork._meta.get_field(name).verbose_name).capitalize() for name in ARTWORK_FIELDS)]


class Reader:
    """Turns cells into values of `create_artwork`; knows the periods and rights there are."""

    def __init__(self, periods: Iterable[Period]) -> None:
        self.periods = {plain(name): it for it in periods for name in _period_names(it)}
        self.special: dict[str, Callable[[str], Any]] = {
            "period": self._period,
            "rights": _rights,
            "sacred": _sacred,
            **dict.fromkeys(("height_mm", "width_mm"), _millimetres),
            **dict.fromkeys(CENTIMETRES, _centimetres),
        }

    def value(self, field: str, cell: str) -> Any:
        """What a cell means, or `Unreadable`. An empty one means what the field means when it is left out."""
        return self.special[field](cell) if field in self.special else cell

    def _period(self, cell: str) -> Period | None:
        if not cell:
            return None
        found = self.periods.get(plain(cell))
        if found:
            return found
        near = difflib.get_close_matches(plain(cell), self.periods, n=1, cutoff=0.6)
        hint = _("Did you mean “%(name)s”?") % {"name": self.periods[near[0]].key} if near else ""
        raise Unreadable(f"{_('There is no period called “%(name)s”.') % {'name': cell}} {hint}".strip())


def _period_names(period: Period) -> tuple[str, ...]:
    """What people write for a period: 明, 明代, 明朝, Ming, Ming dynasty."""
    chinese = period.name_zh
    shorter = period.name_en.removesuffix(" dynasty")
    return (chinese, f"{chinese}代", f"{chinese}朝", period.name_en, shorter, period.key)


@cache
def _rights_by_name() -> dict[str, str]:
    found = {plain(value): value for value in Rights.values}
    for code, _language in settings.LANGUAGES:
        with override(code):
            found |= {plain(str(label)): value for value, label in Rights.choices}
    return found | {plain(value.replace("http:", "https:")): value for value in Rights.values}


def _rights(cell: str) -> str:
    if not cell:
        return Rights.NOT_EVALUATED
    found = _rights_by_name().get(plain(cell))
    if found is None:
        raise Unreadable(_("“%(name)s” is no rights statement that this site knows.") % {"name": cell})
    return found


def _sacred(cell: str) -> bool:
    said = plain(cell)
    if said not in YES | NO:
        raise Unreadable(_("“%(name)s” is neither yes nor no.") % {"name": cell})
    return said in YES


def _millimetres(cell: str) -> int | None:
    number = _number(cell)
    if number is not None and not number.is_integer():
        raise Unreadable(_("“%(name)s” is not a whole number of millimetres.") % {"name": cell})
    return None if number is None else int(number)


def _centimetres(cell: str) -> int | None:
    number = _number(cell)
    return None if number is None else round(number * 10)


def _number(cell: str) -> float | None:
    if not cell:
        return None
    try:
        number = float(unicodedata.normalize("NFKC", cell).replace("\u00a0", "").replace(" ", ""))
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number <= 0 or number > 1e7:
        raise Unreadable(_("“%(name)s” is not a number above zero.") % {"name": cell})
    return number


def _labels(field: str) -> list[str]:
    if field == FILE or field in CENTIMETRES:
        return []
    labels = []
    for code, _language in settings.LANGUAGES:
        with override(code):
            labels.append(str(Artwork._meta.get_field(field).verbose_name))
    return labels

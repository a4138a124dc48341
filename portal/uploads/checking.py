"""The dry run: every row and every file that is to be brought in, with everything that stands in its way.

Nothing is written. The same check serves page, API, command and the job itself.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.catalogue.models import Artwork, Collection, Period
from portal.phrases import said
from portal.uploads.columns import CENTIMETRES, FILE, Reader, Unreadable, field_of, like
from portal.uploads.tables import Table


@dataclass(frozen=True)
class Found:
    """A file at hand. `key` finds it again; `artwork` is what it became already; `here`: it has arrived as a whole."""

    key: str
    name: str
    sha256: str
    kind: str = ""
    problem: str = ""
    notice: str = ""
    artwork: Artwork | None = None
    here: bool = True


@dataclass
class Line:
    """One work to be: a row with its file, a row without, or a file without. `number`: its line in the table."""

    number: int | None
    name: str
    file: Found | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def artwork(self) -> Artwork | None:
        """What the file became already."""
        return self.file.artwork if self.file else None

    @property
    def ready(self) -> bool:
        return self.file is not None and self.artwork is None and not self.problems

    @property
    def title(self) -> str:
        return str(self.fields.get("title") or "")

    @property
    def caption(self) -> str:
        """Who made it and when, as far as the row says."""
        words = (self.fields.get("maker"), self.fields.get("period") or self.fields.get("date_text"))
        return " · ".join(str(word) for word in words if word)


@dataclass
class Report:
    """The whole dry run. `problems`: of the table itself, and then nothing is ready."""

    lines: list[Line]
    problems: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def ready(self) -> list[Line]:
        return [] if self.problems else [line for line in self.lines if line.ready]

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if line.problems]

    @property
    def done(self) -> list[Line]:
        return [line for line in self.lines if line.artwork]


def check(collection: Collection, files: Sequence[Found], table: Table | None) -> Report:
    """Match rows and files, read every cell, and say what is wrong. A handful of queries, however many rows."""
    if table is None:
        report = Report([Line(None, file.name, file, {"title": title_from(file.name)}) for file in files])
    else:
        report = _from_table(files, table)
    _check_files(report.lines)
    _check_accessions(collection, report.lines)
    for line in report.lines:
        if line.artwork:
            line.problems, line.notices = [], [_("Brought in already.")]
        else:
            _check_fields(line)
    return report


def title_from(name: str) -> str:
    """A first title for a work that only has a file."""
    return PurePath(name).stem.replace("_", " ").strip() or name


def _from_table(files: Sequence[Found], table: Table) -> Report:
    report = Report([])
    fields = _fields_of(table.columns, report)
    if report.problems:
        return report
    reader, shelf = Reader(Period.objects.all()), _Shelf(files)
    for number, cells in table.rows:
        named = {name: (column, cell) for name, column, cell in zip(fields, table.columns, cells, strict=True) if name}
        report.lines.append(_line(number, named, reader, shelf))
    _check_named_once(report.lines)
    taken = {line.file.key for line in report.lines if line.file}
    for file in files:
        if file.key not in taken:
            report.lines.append(Line(None, file.name, file, {"title": title_from(file.name)}, [_("No row names it.")]))
    return report


def _fields_of(columns: Iterable[str], report: Report) -> list[str | None]:
    """The field of each column; unknown ones are left out, doubled ones and a missing file name are problems."""
    fields = [field_of(column) for column in columns]
    for column, found in zip(columns, fields, strict=True):
        if found is None and column:
            near = like(column)
            hint = " " + _("Did you mean “%(name)s”?") % {"name": near} if near else ""
            report.notices.append(_("The column “%(name)s” is unknown and left out.") % {"name": column} + hint)
    for name, count in Counter(filter(None, fields)).items():
        if count > 1:
            names = [f"“{column}”" for column, found in zip(columns, fields, strict=True) if found == name]
            report.problems.append(_("These columns mean the same: %(names)s.") % {"names": ", ".join(names)})
    if FILE not in fields:
        report.problems.append(_("No column holds the file names; call one “File name”."))
    return fields


def _line(number: int, cells: dict[str, tuple[str, str]], reader: Reader, shelf: "_Shelf") -> Line:
    """A row as a work to be; `cells`: field → what its column is called in this table, and the cell."""
    _column, name = cells.pop(FILE)
    line = Line(number, name)
    line.file = shelf.find(name, line.problems)
    for key, (column, cell) in cells.items():
        try:
            value = reader.value(key, cell)
        except Unreadable as error:
            line.problems.append(f"{column}: {error}")
            continue
        if key not in CENTIMETRES or value is not None:
            line.fields[CENTIMETRES.get(key, key)] = value
    if not line.fields.get("title"):
        line.fields["title"] = line.fields.get("title_zh") or ""
    return line


class _Shelf:
    """The files at hand by name: as written, then whatever their case and folder, then without their ending."""

    def __init__(self, files: Sequence[Found]) -> None:
        self.by_name: dict[str, list[Found]] = defaultdict(list)
        self.by_stem: dict[str, list[Found]] = defaultdict(list)
        for file in files:
            self.by_name[_key(file.name)].append(file)
            self.by_stem[_key(PurePath(file.name).stem)].append(file)

    def find(self, name: str, problems: list[str]) -> Found | None:
        if not name:
            problems.append(_("The row names no file."))
            return None
        found = self.by_name.get(_key(name)) or self.by_stem.get(_key(name), [])
        unused = [file for file in found if not file.artwork] or found[:1]
        if len(unused) > 1:
            problems.append(_("%(count)s files are called “%(name)s”.") % {"count": len(unused), "name": name})
        elif not unused:
            problems.append(_("There is no file called “%(name)s”.") % {"name": name})
        return unused[0] if len(unused) == 1 else None


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2]).casefold()


def _check_named_once(lines: list[Line]) -> None:
    named = defaultdict(list)
    for line in lines:
        if line.file:
            named[line.file.key].append(line)
    for group in named.values():
        for line in group:
            others = ", ".join(str(other.number) for other in group if other is not line)
            if others:
                line.problems.append(_("The same file is named in line %(lines)s.") % {"lines": others})


def _check_files(lines: list[Line]) -> None:
    first: dict[str, str] = {}
    for line in lines:
        file = line.file
        if file is None:
            continue
        if not file.here:
            line.problems.append(_("The file has not arrived completely."))
        if file.problem:
            line.problems.append(said(file.problem))
        if file.notice:
            line.notices.append(said(file.notice))
        if file.sha256:
            other = first.setdefault(file.sha256, file.name)
            if other != file.name and not file.artwork:
                line.problems.append(_("It is the same picture as “%(name)s”.") % {"name": other})


def _check_accessions(collection: Collection, lines: list[Line]) -> None:
    numbers = Counter(it for line in lines if not line.artwork and (it := line.fields.get("accession_number")))
    taken = Artwork.objects.filter(collection=collection, accession_number__in=list(numbers))
    there = dict(taken.values_list("accession_number", "title"))
    for line in lines:
        number = line.fields.get("accession_number")
        if number and numbers[number] > 1:
            line.problems.append(_("Other rows have the accession number %(number)s, too.") % {"number": number})
        elif number in there:
            words = {"number": number, "title": there[number]}
            line.problems.append(_("“%(title)s” has the accession number %(number)s already.") % words)


def _check_fields(line: Line) -> None:
    """What the catalogue itself would refuse: empty titles, texts that are too long, numbers beyond its limits."""
    try:
        Artwork(**line.fields).clean_fields(exclude=["collection", "created_by", "master", "period"])
    except ValidationError as error:
        for name, sentences in error.message_dict.items():
            label = str(Artwork._meta.get_field(name).verbose_name).capitalize()
            line.problems.extend(f"{label}: {sentence}" for sentence in sentences)

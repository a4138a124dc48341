"""What is compared: up to four pictures of one work that lie on each other pixel by pixel."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.models import User
from portal.catalogue.models import Artwork, Picture
from portal.templatetags.lacuna import engine_title
from restoration.models import Candidate
from restoration.selectors import candidates_for

MOST = 4
ASKED = 40  # names looked at in one address
ORIGINAL = "original"


@dataclass(frozen=True)
class Pane:
    """One picture that is compared. `key` names it in addresses; `master` is the photograph it was made from, which is
    the picture itself where it is one.
    """

    key: str
    picture: Picture
    master: Picture
    candidate: Candidate | None = None

    @property
    def title(self) -> str:
        if self.candidate:
            return f"{engine_title(self.candidate.restoration.engine)} {self.candidate.number}"
        return _("Original") if self.key == ORIGINAL else _("Earlier photograph")

    @property
    def size(self) -> tuple[int, int]:
        return self.picture.width, self.picture.height


def choose(user: User, artwork: Artwork, asked: Iterable[str]) -> tuple[list[Pane], list[str]]:
    """The panes that an address asks for, in its order, and a sentence about everything that was left out.

    asked: values of ``show``, each one name or several with commas between them: "original", the key of a candidate of
    this work, or that of one of its photographs. Fewer than two are filled up with the original and with candidates,
    picked ones first. No panes where the work has nothing to compare.
    """
    names = [name.strip().lower() for value in asked for name in value.split(",")]
    names = list(dict.fromkeys(filter(None, names)))[:ASKED]
    found = _found(user, artwork, {key for key in map(_uuid, names) if key})
    original = _original(artwork, [found[name] for name in names if name in found])
    known = {**found, ORIGINAL: original} if original else found
    panes = _distinct(known[name] for name in names if name in known)
    said = [_foreign(len([name for name in names if name not in known]))]
    panes, other_size = _same_size(panes)
    said.append(_other_size(other_size))
    if len(panes) > MOST:
        said.append(_("At most four pictures are compared at once; the first four are shown."))
    panes = panes[:MOST]
    if len(panes) < 2:
        panes = _filled(user, artwork, panes)
    return (panes if len(panes) > 1 else []), [sentence for sentence in said if sentence]


@dataclass(frozen=True)
class Choice:
    """A picture that can be compared with those shown: `show` is what the address says once it is added or taken away,
    empty where that cannot be.
    """

    pane: Pane
    shown: bool
    show: str


def choices(user: User, artwork: Artwork, panes: list[Pane], most: int = 24) -> list[Choice]:
    """The original and the latest candidates of the size of the panes, each to be added or taken away."""
    if not panes:
        return []
    width, height = panes[0].size
    rows = _candidates(user, artwork).filter(picture__width=width, picture__height=height)[:most]
    original = _original(artwork, panes)
    known = [*panes, *filter(None, [original]), *map(_pane, rows)]
    keys = [pane.key for pane in panes]
    return [Choice(pane, pane.key in keys, _toggled(keys, pane.key)) for pane in _distinct(known)[: most + MOST]]


def _toggled(keys: list[str], key: str) -> str:
    if key in keys:
        return ",".join(it for it in keys if it != key) if len(keys) > 2 else ""
    return ",".join([*keys, key]) if len(keys) < MOST else ""


def photographs(artwork: Artwork) -> list[Picture]:
    """Every photograph of a work that something was made from, besides its present one; the latest first."""
    rows = Picture.objects.filter(Q(restorations__artwork=artwork) | Q(masks__artwork=artwork))
    return list(rows.exclude(pk=artwork.master_id).distinct().order_by("-created_at", "pk")[:ASKED])


def _candidates(user: User, artwork: Artwork) -> QuerySet[Candidate]:
    about = ("restoration__artwork__collection", "restoration__master", "restoration__mask", "restoration__job__owner")
    return candidates_for(user, artwork).select_related(*about, "picture", "judged_by")


def _found(user: User, artwork: Artwork, keys: set[UUID]) -> dict[str, Pane]:
    found = {str(it.pk): _pane(it) for it in _candidates(user, artwork).filter(pk__in=keys)}
    if left := keys - {UUID(key) for key in found}:
        for picture in [artwork.master, *photographs(artwork)]:
            if picture and picture.pk in left:
                found[str(picture.pk)] = Pane(str(picture.pk), picture, picture)
    return found


def _pane(candidate: Candidate) -> Pane:
    return Pane(str(candidate.pk), candidate.picture, candidate.restoration.master, candidate)


def _original(artwork: Artwork, panes: list[Pane]) -> Pane | None:
    """What the first candidate was made from; without one, the present photograph."""
    master = next((pane.master for pane in panes if pane.candidate), artwork.master)
    return Pane(ORIGINAL, master, master) if master else None


def _distinct(panes: Iterable[Pane]) -> list[Pane]:
    """Each once, also where one photograph is named as such and as the original."""
    once: dict[str, Pane] = {}
    for pane in panes:
        once.setdefault(pane.key if pane.candidate else str(pane.picture.pk), pane)
    return list(once.values())


def _same_size(panes: list[Pane]) -> tuple[list[Pane], int]:
    fitting = [pane for pane in panes if pane.size == panes[0].size]
    return fitting, len(panes) - len(fitting)


def _filled(user: User, artwork: Artwork, panes: list[Pane]) -> list[Pane]:
    """At least two panes, if the work has as many: a candidate beside what it was made from."""
    rows = _candidates(user, artwork)
    if not panes:
        panes = [_pane(best) for best in [_best(rows)] if best]
    if len(panes) != 1:
        return panes
    if panes[0].candidate:
        return [pane for pane in [_original(artwork, panes)] if pane and pane.size == panes[0].size] + panes
    best = _best(rows.filter(picture__width=panes[0].size[0], picture__height=panes[0].size[1]))
    return [*panes, _pane(best)] if best else panes


def _best(rows: QuerySet[Candidate]) -> Candidate | None:
    """The latest that was picked, else that was not rejected, else any."""
    rank = Case(When(judgement="picked", then=0), When(judgement="rejected", then=2), default=1)
    return rows.order_by(rank, *rows.query.order_by).first()


def _foreign(count: int) -> str:
    return count and ngettext(
        "%(count)d of the pictures asked for does not belong to this work and was left out.",
        "%(count)d of the pictures asked for do not belong to this work and were left out.",
        count,
    ) % {"count": count}  # fmt: skip


def _other_size(count: int) -> str:
    return count and ngettext(
        "%(count)d picture was made from a photograph of another size and cannot lie on the others.",
        "%(count)d pictures were made from a photograph of another size and cannot lie on the others.",
        count,
    ) % {"count": count}  # fmt: skip


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None

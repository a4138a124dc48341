"""Which training samples, and which works of others' lists, a picture is nearest to."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from portal.catalogue.files import local_path
from portal.catalogue.models import Picture
from review.guardrails.models import CopyrightEntry, Likeness, Register, RegisterSample
from review.guardrails.rights import likeness

SHOWN = 4


@dataclass(frozen=True)
class Near:
    """How near a picture comes to a sample. bits: of 64 that differ in the perceptual hashes. alike: 0 to 1.

    mirrored: the likeness is to the picture as in a mirror. copy: near enough to count as a copy.
    """

    sample: RegisterSample
    bits: int
    alike: float
    mirrored: bool
    copy: bool

    @property
    def blocks(self) -> bool:
        """Whether it is a near copy of what somebody keeps the rights in, or has withheld from training."""
        return self.copy and self.sample.reserved

    @property
    def facts(self) -> dict[str, Any]:
        """For evidence."""
        it = self.sample
        return {
            "sample": it.pk, "title": it.title, "sha256": it.sha256, "source": it.source, "rights": it.rights,
            "standing": it.standing, "opted_out": it.opted_out, "bits": self.bits, "alike": round(self.alike, 3),
            "mirrored": self.mirrored, "copy": self.copy,
        }  # fmt: skip


def nearest(picture: Picture, register: Register, most: int = SHOWN) -> list[Near]:
    """The samples of a register that a picture is nearest to: near copies first, those that block before all others."""
    fields = ("pk", "perceptual", "description", "standing", "opted_out")
    rows = [row for row in register.samples.values_list(*fields) if row[1] and len(row[2]) == likeness.SIZE]
    if not rows:
        return []
    told = told_of(picture)
    hashes = np.array([int(row[1], 16) for row in rows], np.uint64)
    descriptions = np.frombuffer(b"".join(bytes(row[2]) for row in rows), np.uint8).reshape(len(rows), -1)
    bits, bits_ = (likeness.bits_apart(it, hashes) for it in (told.perceptual, told.mirrored))
    alike, alike_ = (likeness.likenesses(it, descriptions) for it in (told.description, told.description_mirrored))
    copy, copy_ = likeness.near(bits, alike), likeness.near(bits_, alike_)
    reserved = np.array([row[4] or row[3] == RegisterSample.Standing.RESERVED for row in rows])
    either = copy | copy_
    rank = np.lexsort((-np.maximum(alike, alike_), ~either, ~(either & reserved)))[:most]
    samples = RegisterSample.objects.in_bulk([rows[it][0] for it in rank])
    turned = (copy_ & ~copy) | ((copy_ == copy) & (alike_ > alike))
    return [
        Near(
            samples[rows[it][0]],
            int(bits_[it] if turned[it] else bits[it]),
            float(alike_[it] if turned[it] else alike[it]),
            bool(turned[it]),
            bool(either[it]),
        )
        for it in rank
    ]


def listed(picture: Picture) -> list[tuple[CopyrightEntry, int]]:
    """The works of copyright lists that a picture copies, each with the bits that differ; the nearest first."""
    rows = list(CopyrightEntry.objects.select_related("listed_in"))
    if not rows:
        return []
    told = told_of(picture)
    found = [(row, 0) for row in rows if row.sha256 and row.sha256 == picture.sha256]
    hashed = [row for row in rows if row.perceptual]
    if hashed:
        hashes = np.array([int(row.perceptual, 16) for row in hashed], np.uint64)
        bits = np.minimum(*(likeness.bits_apart(it, hashes) for it in (told.perceptual, told.mirrored)))
        close = [(row, int(count)) for row, count in zip(hashed, bits, strict=True) if count <= likeness.NEAR_BITS]
        found += [(row, count) for row, count in close if not any(row.pk == it.pk for it, _bits in found)]
    return sorted(found, key=lambda pair: (pair[1], pair[0].pk))


def told_of(picture: Picture) -> likeness.Told:
    """How a sealed picture is told again, made from its thumbnail when it is first asked for."""
    row = Likeness.objects.filter(picture=picture, version=likeness.VERSION).first()
    if row is None:
        with local_path(picture.thumbnail) as path, Image.open(path) as image:
            told = likeness.tell(np.asarray(image.convert("RGB")))
        about = {
            "version": likeness.VERSION, "perceptual": told.perceptual, "mirrored": told.mirrored,
            "description": told.description, "description_mirrored": told.description_mirrored,
        }  # fmt: skip
        Likeness.objects.update_or_create(picture=picture, defaults=about)
        return told
    return likeness.Told(row.perceptual, row.mirrored, bytes(row.description), bytes(row.description_mirrored))

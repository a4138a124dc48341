"""BagIt (RFC 8493): a ZIP in which every file of a work lies with its hash, and an RO-Crate that says what each is.

Written straight into the ZIP in one pass: the library `bagit`, which checks our bags in the tests, makes them by moving
files in a folder and changing the working directory of the whole process, which a web server cannot do.
"""

import hashlib
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from portal.exhibitions.exports.crate import METADATA, ro_crate
from portal.exhibitions.exports.documents import MEDIA_TYPES, as_bytes, documents
from portal.exhibitions.facts import Facts, FileFact

PIECE = 1 << 20
SOFTWARE = "Lacuna"


def write_bag(target: BinaryIO, facts: Facts, files: dict[str, Path], described: dict[str, FileFact]) -> None:
    """Write a bag as a ZIP. files: name in the bag → where it lies; the first is the picture shown. described: the same
    names → what they are; hashes and sizes are taken from the files themselves.
    """
    name = f"lacuna-{facts.identifier}"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as made:
        bag = _Bag(made, name)
        found = {path: bag.add(f"data/{path}", file, described[path]) for path, file in files.items()}
        for path, content in documents(facts).items():
            found[path] = bag.add(f"data/{path}", content, FileFact("", MEDIA_TYPES[path], path))
        crate = ro_crate(facts, found, next(iter(files)))
        bag.add(f"data/{METADATA}", as_bytes(crate), FileFact("", "application/ld+json"))
        bag.close(facts)


class _Bag:
    def __init__(self, made: zipfile.ZipFile, name: str) -> None:
        self.made, self.name = made, name
        self.payload: dict[str, str] = {}
        self.size = 0

    def add(self, path: str, content: Path | bytes, what: FileFact) -> FileFact:
        """Put a payload file in; returns what it is with the hash and size it has."""
        sha256, size = self._write(path, content)
        self.payload[path] = sha256
        self.size += size
        return FileFact(sha256, what.media_type, what.title, what.width, what.height, size)

    def close(self, facts: Facts) -> None:
        """Write the tag files, the manifest of the tag files last."""
        tags = {
            "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            "bag-info.txt": "".join(f"{key}: {value}\n" for key, value in self._info(facts) if value),
            "manifest-sha256.txt": _manifest(self.payload),
        }
        written = {path: self._write(path, text.encode())[0] for path, text in tags.items()}
        self._write("tagmanifest-sha256.txt", _manifest(written).encode())

    def _info(self, facts: Facts) -> Iterator[tuple[str, str]]:
        yield "Source-Organization", _line(facts.publisher)
        yield "External-Identifier", _line(facts.uri)
        yield "External-Description", _line(facts.title)
        yield "Bagging-Date", datetime.now(UTC).date().isoformat()
        yield "Bag-Software-Agent", SOFTWARE
        yield "Payload-Oxum", f"{self.size}.{len(self.payload)}"

    def _write(self, path: str, content: Path | bytes) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        entry = zipfile.ZipInfo(f"{self.name}/{path}", datetime.now(UTC).timetuple()[:6])
        entry.external_attr = 0o644 << 16
        with self.made.open(entry, "w", force_zip64=True) as writing, _opened(content) as reading:
            while piece := reading.read(PIECE):
                writing.write(piece)
                digest.update(piece)
                size += len(piece)
        return digest.hexdigest(), size


def _opened(content: Path | bytes) -> BinaryIO:
    return BytesIO(content) if isinstance(content, bytes) else open(content, "rb")


def _manifest(hashes: dict[str, str]) -> str:
    return "".join(f"{sha256}  {path}\n" for path, sha256 in hashes.items())


def _line(text: str) -> str:
    """A value of bag-info.txt is one line."""
    return " ".join(text.split())

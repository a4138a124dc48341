"""By whose key this site signs, and whom it trusts: the operator's, or a test chain while there is none."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.checks import Info, Tags, register

from portal.exhibitions.credentials import CredentialError, Signer, load_signer, make_test_chain

WRITTEN = b"2"  # 2: of what a master says of itself only its profile, turn and resolution pass


@dataclass(frozen=True)
class Keys:
    """signer; roots: PEM of the certificates that are trusted; test: whether it is only the test chain."""

    signer: Signer
    roots: str
    test: bool

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the chain that signs and of how files are written: other files are made where either changes."""
        return hashlib.sha256(self.signer.chain + WRITTEN).hexdigest()


def signing_keys() -> Keys:
    """The keys of this site. Only who signs asks for them: the light worker and commands, no web process.

    Raises `CredentialError` where the operator's files cannot be used.
    """
    if not settings.C2PA_KEY:
        key, chain, root = make_test_chain(Path(settings.TEST_CREDENTIALS))
        return Keys(load_signer(key, chain), root.read_text(), test=True)
    signer = load_signer(Path(settings.C2PA_KEY), Path(settings.C2PA_CERTIFICATES), settings.C2PA_TIME_STAMP_URL)
    return Keys(signer, trusted_roots(), test=False)


def trusted_roots() -> str:
    """PEM of the certificates that this site trusts; needs no key. Empty where there are none yet."""
    named = [settings.C2PA_ROOTS, settings.C2PA_CERTIFICATES] if settings.C2PA_KEY else [settings.C2PA_ROOTS]
    files = [Path(name) for name in named if name]
    if not settings.C2PA_KEY:
        files.append(Path(settings.TEST_CREDENTIALS) / "test-root.pem")
    found = [_anchors(path, path.stat().st_mtime_ns) for path in files if path.is_file()]
    return "".join(found)


def test_only() -> bool:
    """Whether this site signs by the test chain."""
    return not settings.C2PA_KEY


@lru_cache(maxsize=8)
def _anchors(path: Path, changed: int) -> str:
    """The certificates of authorities in a file; a chain brings its own root along."""
    try:
        rows = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CredentialError("The trusted certificates cannot be read.") from error
    return "".join(row.public_bytes(Encoding.PEM).decode() for row in rows if _is_authority(row))


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


@register(Tags.security, deploy=True)
def check_keys(app_configs: Any, **kwargs: Any) -> list[Info]:
    """Say before a site is opened that its downloads are signed by nobody yet."""
    if settings.C2PA_KEY:
        return []
    words = "Downloads are signed by a test chain; set C2PA_KEY and C2PA_CERTIFICATES (docs/operators.md)."
    return [Info(words, id="exhibitions.I001")]

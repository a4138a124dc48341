"""A chain of certificates for trying things out. Whoever reads it sees that it is a test: it says so in every name."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

TEST = "Lacuna TEST, not for publication"
KEY, CHAIN, ROOT = "test-key.pem", "test-chain.pem", "test-root.pem"
YEARS = 5


def make_test_chain(folder: Path) -> tuple[Path, Path, Path]:
    """Make a root and a signing certificate in `folder`, unless they are there: (key, chain, root) as PEM files.

    The key of the root is thrown away, so that nothing else can ever be signed by it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key_file, chain_file, root_file = folder / KEY, folder / CHAIN, folder / ROOT
    if not root_file.exists():
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root = _root(root_key)
        leaf = _leaf(key, root_key, root)
        _write(key_file, key.private_bytes(*_PRIVATE))
        _write(chain_file, leaf.public_bytes(_PEM) + root.public_bytes(_PEM))
        _write(root_file, root.public_bytes(_PEM))  # last: who sees it finds the others
    return key_file, chain_file, root_file


_PEM = serialization.Encoding.PEM
_PRIVATE = (_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}")
    temporary.touch(mode=0o600)
    temporary.write_bytes(content)
    temporary.replace(path)


def _name(common: str) -> x509.Name:
    names = ((NameOID.ORGANIZATION_NAME, TEST), (NameOID.COMMON_NAME, common))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in names])


def _certificate(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign")
    never = dict.fromkeys((*others, "encipher_only", "decipher_only"), False)
    return x509.KeyUsage(digital_signature=not certificates, key_cert_sign=certificates, **never)


def _root(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    made = _certificate("Test root", "Test root", key)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return made.add_extension(_usage(certificates=True), critical=True).sign(key, hashes.SHA256())


def _leaf(
    key: ec.EllipticCurvePrivateKey, root_key: ec.EllipticCurvePrivateKey, root: x509.Certificate
) -> x509.Certificate:
    made = _certificate("Test signer", "Test root", key)
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    made = made.add_extension(_usage(certificates=False), critical=True)
    made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    return made.add_extension(issuer, critical=False).sign(root_key, hashes.SHA256())

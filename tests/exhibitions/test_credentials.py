"""Signed files say what they are, hold to it, and show exactly what their source shows; whoever alters one is found."""

from datetime import UTC, datetime, timedelta

import c2pa
import numpy as np
import pytest
import tifffile
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from PIL import ExifTags, Image

from portal.exhibitions.credentials import (
    CredentialError,
    load_signer,
    make_test_chain,
    read_file,
    sign_file,
)
from portal.exhibitions.credentials.chain import TEST
from portal.exhibitions.credentials.containers import extract
from portal.exhibitions.credentials.xmp import marks
from tests.exhibitions.examples import MASTER, SECRET, chain, facts, pixels, save, telling
from tests.house.test_imports import files, reaching

FORMATS = {"jpeg": ".jpg", "png": ".png", "tiff": ".tif", "webp": ".webp", "big": ".tif", "deep": ".tif"}
CODED = {"jpeg": b"\xff\xda", "png": b"IDAT", "webp": b"VP8 "}  # what the coded picture follows


@pytest.fixture
def signed(tmp_path):
    """A function: format, kind of work → a signed file."""

    def signed(format="png", kind="restoration", **changes):
        target = tmp_path / f"signed{FORMATS[format]}"
        sign_file(save(tmp_path / f"source{FORMATS[format]}", format), target, facts(kind, **changes), chain()[0])
        return target

    return signed


@pytest.mark.parametrize("format", FORMATS)
def test_a_signed_file_is_valid_trusted_and_shows_what_its_source_shows(format, signed, tmp_path):
    target = signed(format)
    report = read_file(target, chain()[1])
    assert (report.state, report.trusted, report.problems) == ("valid", True, ())
    assert (pixels(target) == pixels(tmp_path / f"source{FORMATS[format]}")).all()
    assert report.marks.source_type.endswith("/compositeWithTrainedAlgorithmicMedia")


def test_without_the_operators_root_the_signer_is_unknown_and_the_seal_still_whole(signed):
    report = read_file(signed())
    assert (report.state, report.trusted, report.problems) == ("valid", False, ())
    assert report.issuer == TEST


def flipped(path, at):
    content = bytearray(path.read_bytes())
    content[at] ^= 0x01
    path.write_bytes(content)
    return read_file(path, chain()[1])


@pytest.mark.parametrize("format", ["jpeg", "png", "tiff", "webp"])
@pytest.mark.parametrize("where", ["picture", "credit", "content", "source type"])
def test_one_flipped_byte_anywhere_that_says_something_makes_it_invalid(format, where, signed, tmp_path):
    target = signed(format)
    content = target.read_bytes()
    coded = pixels(tmp_path / "source.tif").tobytes()[:200] if format == "tiff" else CODED[format]
    at = {
        "picture": content.find(coded) + 120,
        "credit": content.find(b"Gift of the river"),
        "content": content.find(b"c" * 64) if format != "webp" else content.rfind(b"c" * 64),
        "source type": content.rfind(b"digitalsourcetype/composite") + 20,
    }[where]
    assert at > 100
    assert flipped(target, at).state == "invalid"


def test_whoever_saves_the_picture_anew_loses_the_credentials(signed, tmp_path):
    Image.open(signed()).save(tmp_path / "again.png")
    report = read_file(tmp_path / "again.png", chain()[1])
    assert (report.state, report.by_machine) == ("none", False)


def test_the_manifest_tells_the_whole_way(signed, tmp_path):
    report = read_file(signed())
    assert [(i.relationship, i.sha256) for i in report.ingredients] == [
        ("parentOf", "a" * 64),
        ("inputTo", "e" * 64),
        ("inputTo", "f" * 64),
        ("inputTo", "d" * 64),
    ]
    assert [action.name for action in report.actions] == ["c2pa.opened", "c2pa.edited", "c2pa.published"]
    edit = report.actions[1]
    assert (edit.source, edit.agent) == ("compositeWithTrainedAlgorithmicMedia", "Imagest")
    assert "3.1%" in edit.description
    assert report.release["content"] == "c" * 64
    assert report.release["uri"] == "https://museum.example/works/8f0c"
    assert report.title == "Hermits & cranes <under> pines"
    assert report.signed.startswith("20")
    assert not report.witnessed
    assert b"c2pa.thumbnail" not in (tmp_path / "signed.png").read_bytes()


@pytest.mark.parametrize(
    ("kind", "source", "actions", "machine"),
    [
        ("restoration", "compositeWithTrainedAlgorithmicMedia", ["c2pa.opened", "c2pa.edited", "c2pa.published"], True),
        ("generated", "trainedAlgorithmicMedia", ["c2pa.created", "c2pa.published"], True),
        ("original", "digitalCapture", ["c2pa.opened", "c2pa.published"], False),
    ],
)
def test_each_kind_of_work_is_marked_as_what_it_is(kind, source, actions, machine, signed):
    report = read_file(signed(kind=kind), chain()[1])
    assert report.trusted
    assert (report.source, [action.name for action in report.actions]) == (source, actions)
    assert report.marks.source_type.endswith(f"/{source}")
    assert report.by_machine is machine
    assert bool(report.marks.aigc) is machine


def test_chinas_mark_names_who_made_it_and_which_work_it_is(signed):
    found = read_file(signed(publisher_id="001191110000123456789X00001")).marks.aigc
    assert found["Label"] == "1"
    assert found["ContentProducer"] == found["ContentPropagator"] == "001191110000123456789X00001"
    assert found["ProduceID"] == "8f0c2b6e-3f55-4b0c-9f52-8ad0a7f31a55"
    assert found["ReservedCode1"] == "c" * 64


@pytest.mark.parametrize("format", ["jpeg", "png", "tiff", "webp"])
def test_title_credit_and_rights_are_read_by_other_programs(format, signed):
    with Image.open(signed(format)) as picture:
        found = picture.getxmp()["xmpmeta"]["RDF"]["Description"]
    assert found["Credit"] == "Gift of the river"
    assert found["WebStatement"] == "http://creativecommons.org/publicdomain/mark/1.0/"
    titles = {row["lang"]: row["text"] for row in found["title"]["Alt"]["li"]}
    assert titles["zh-Hans"] == "松下隐士与鹤"
    assert titles["en"] == "Hermits & cranes <under> pines"


@pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")
@pytest.mark.parametrize("format", ["jpeg", "png", "webp", "tiff"])
def test_of_what_a_file_says_besides_only_profile_turn_and_resolution_pass(format, tmp_path):
    source, target = tmp_path / f"source{FORMATS[format]}", tmp_path / f"signed{FORMATS[format]}"
    source.write_bytes(telling(format))
    before = source.read_bytes()
    assert SECRET in before
    sign_file(source, target, facts("original"), chain()[0])
    content = target.read_bytes()
    assert [word for word in (SECRET, b"xmp/extension", b"GPS", b"Photoshop 3.0") if word in content] == []
    assert marks(extract(target, format)).credit == "Gift of the river"
    with Image.open(source) as was, Image.open(target) as now:
        assert dict(now.getexif().get_ifd(ExifTags.IFD.GPSInfo)) == dict(now.getexif().get_ifd(ExifTags.IFD.Exif)) == {}
        assert now.info["icc_profile"] == was.info["icc_profile"]
        assert now.getexif()[ExifTags.Base.Orientation] == 6
        assert now.getexif().get(ExifTags.Base.XResolution) == was.getexif().get(ExifTags.Base.XResolution)
        assert (np.asarray(now) == np.asarray(was)).all()
    assert source.read_bytes() == before


def test_the_pages_of_a_tiff_that_are_not_the_picture_stay_behind(tmp_path):
    source, target = tmp_path / "a.tif", tmp_path / "b.tif"
    shown = save(tmp_path / "shown.png")
    with tifffile.TiffWriter(source, bigtiff=True) as writer:
        writer.write(pixels(shown)[::4, ::4], subfiletype=1, description="a thumbnail")
        writer.write(pixels(shown), tile=(16, 16), compression="zlib", predictor=True)
        writer.write(pixels(shown)[::-1], description="its other side")
    sign_file(source, target, facts("original"), chain()[0])
    with tifffile.TiffFile(target) as found:
        assert len(found.pages) == 1
        assert (found.asarray() == pixels(shown)).all()


ENTITY = (
    b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:aux="http://ns.adobe.com/exif/1.0/aux/"><aux:Lens>&e;</aux:Lens></rdf:Description></rdf:RDF></x:xmpmeta>'
)


@pytest.mark.parametrize(
    "old",
    [b"no XML at all", ENTITY, b"<x" * 30_000],
    ids=["junk", "entity", "long"],
)
def test_a_packet_that_cannot_be_read_is_replaced(old, tmp_path):
    source = save(tmp_path / "source.png")
    with Image.open(source) as picture:
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", old.decode())
        picture.save(source, pnginfo=info)
    sign_file(source, tmp_path / "signed.png", facts(), chain()[0])
    assert read_file(tmp_path / "signed.png", chain()[1]).trusted
    packet = extract(tmp_path / "signed.png", "png")
    assert marks(packet).credit == "Gift of the river"
    assert b"&e;" not in packet


def test_the_credentials_that_a_master_brings_are_carried_along(signed, tmp_path):
    master = signed("jpeg", "original")
    target = tmp_path / "restored.png"
    source = save(tmp_path / "candidate.png", seed=2)
    sign_file(source, target, facts(), chain()[0], parent=master)
    with target.open("rb") as file, c2pa.Reader("image/png", file) as reader:
        assert reader.json().count('"signature_info"') == 2
    report = read_file(target, chain()[1])
    assert report.trusted
    assert [i.relationship for i in report.ingredients].count("parentOf") == 1


def test_credentials_that_tell_where_a_photograph_was_taken_are_not_carried(tmp_path):
    context = {"exif": "http://ns.adobe.com/exif/1.0/"}
    told = {"label": "stds.exif", "data": {"@context": context, "exif:GPSLatitude": "1"}}
    created = {"action": "c2pa.created", "digitalSourceType": "http://c2pa.org/digitalsourcetype/empty"}
    actions = {"label": "c2pa.actions.v2", "data": {"actions": [created]}}
    manifest = {"claim_generator_info": [{"name": "a camera"}], "title": "t", "assertions": [actions, told]}
    master, target, signer = tmp_path / "master.jpg", tmp_path / "signed.jpg", chain()[0]
    info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=signer.chain, private_key=signer.key, ta_url=None)
    source = save(tmp_path / "a.jpg", "jpeg")
    with c2pa.Builder(manifest) as builder, source.open("rb") as reading, master.open("wb+") as writing:
        builder.sign(c2pa.Signer.from_info(info), "image/jpeg", reading, writing)
    assert b"GPSLatitude" in master.read_bytes()
    sign_file(master, target, facts("original"), signer, parent=master)
    assert b"GPSLatitude" not in target.read_bytes()
    report = read_file(target, chain()[1])
    assert [(i.relationship, i.sha256) for i in report.ingredients] == [("parentOf", "a" * 64)]
    assert report.trusted


def test_whoever_gives_a_work_to_everybody_forbids_nothing_and_others_forbid_training(signed):
    assert b"cawg.training-mining" not in signed().read_bytes()
    work = facts().work
    reserved = type(work)(**(vars(work) | {"rights": "http://rightsstatements.org/vocab/InC/1.0/"}))
    assert b"cawg.training-mining" in signed(work=reserved).read_bytes()


def test_a_file_is_never_signed_in_its_own_place(tmp_path):
    source = save(tmp_path / "a.png")
    before = source.read_bytes()
    with pytest.raises(CredentialError, match="own place"):
        sign_file(source, source, facts(), chain()[0])
    assert source.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_broken_file_leaves_nothing_behind(tmp_path):
    source = save(tmp_path / "a.jpg", "jpeg")
    source.write_bytes(source.read_bytes()[:150])
    with pytest.raises(CredentialError, match="damaged"):
        sign_file(source, tmp_path / "b.jpg", facts(), chain()[0])
    assert [path.name for path in tmp_path.iterdir()] == ["a.jpg"]


def test_nothing_that_a_file_names_is_fetched(tmp_path, asked_for):
    """A manifest may lie elsewhere, and a file says where; whoever verifies would be sent there."""
    manifest = {"claim_generator_info": [{"name": "x"}], "title": "t", "assertions": []}
    source, target = save(tmp_path / "a.png"), tmp_path / "b.png"
    with c2pa.Builder(manifest) as builder:
        builder.set_no_embed()
        builder.set_remote_url(asked_for.address)
        signer = chain()[0]
        info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=signer.chain, private_key=signer.key, ta_url=None)
        created = {"action": "c2pa.created", "digitalSourceType": "http://c2pa.org/digitalsourcetype/empty"}
        builder.add_action(created)
        with source.open("rb") as reading, target.open("wb+") as writing:
            builder.sign(c2pa.Signer.from_info(info), "image/png", reading, writing)
    assert asked_for.address.encode() in target.read_bytes()
    assert read_file(target).state in ("none", "invalid")
    assert asked_for.paths == []


def test_a_test_chain_says_so_in_every_name_and_is_made_once(tmp_path):
    key, certificates, root = make_test_chain(tmp_path / "test")
    again = [path.read_bytes() for path in make_test_chain(tmp_path / "test")]
    assert again == [path.read_bytes() for path in (key, certificates, root)]
    for certificate in x509.load_pem_x509_certificates(certificates.read_bytes()):
        assert TEST in certificate.subject.rfc4514_string().replace("\\", "")
    assert key.stat().st_mode & 0o077 == 0


def certificate_for(key, *, days):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=9)).not_valid_after(now + timedelta(days=days))
    return made.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())


PEM = serialization.Encoding.PEM


def write(path, key):
    path.write_bytes(
        key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        if hasattr(key, "private_bytes")
        else key.public_bytes(PEM)
    )
    return path


def test_a_signer_is_refused_with_its_reason(tmp_path):
    key, other = ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()
    small = ec.generate_private_key(ec.SECP224R1())
    files = {
        name: write(tmp_path / name, row)
        for name, row in {
            "key": key,
            "other": other,
            "small": small,
            "valid": certificate_for(key, days=9),
            "over": certificate_for(key, days=-1),
            "small-valid": certificate_for(small, days=9),
        }.items()
    }
    assert load_signer(files["key"], files["valid"]).algorithm == "es256"
    for one, two, sentence in [
        ("other", "valid", "does not belong"),
        ("key", "over", "not valid today"),
        ("valid", "valid", "not PEM files"),
        ("small", "small-valid", "P-256"),
    ]:
        with pytest.raises(CredentialError, match=sentence):
            load_signer(files[one], files[two])
    with pytest.raises(CredentialError, match="cannot be read"):
        load_signer(tmp_path / "none", files["valid"])


def test_the_key_is_not_in_what_is_printed():
    assert "PRIVATE" not in repr(chain()[0])


def test_facts_that_lack_what_their_kind_needs_are_refused():
    for changes in ({"making": None}, {"master": None}, {"kind": "copy"}):
        with pytest.raises(ValueError, match=r"\w"):
            facts(**changes)
    assert facts().master == MASTER


@pytest.mark.parametrize("folder", ["portal/exhibitions/credentials", "portal/exhibitions/exports"])
def test_what_makes_credentials_and_exports_knows_files_and_facts_alone(folder):
    paths = files(folder)
    assert len(paths) >= 7
    assert reaching(paths, ("django", "rest_framework", "celery", "torch")) == []
    inner = [line for line in reaching(paths, ("portal",)) if " portal.exhibitions." in line]
    allowed = ("credentials", "exports", "facts", "wordings")
    assert [line for line in inner if not line.partition("portal.exhibitions.")[2].startswith(allowed)] == []

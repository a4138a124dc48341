"""What leaves the site: signed files that hold at every download, exports, bags; and nothing of what is not on show."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import bagit
import numpy as np
import pytest
from django.core import signals
from django.core.files.storage import default_storage
from django.db import close_old_connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import ExifTags, Image

from gpu_workers.pictures import read
from portal.catalogue.files import local_path
from portal.catalogue.services import seal_picture
from portal.exhibitions.credentials import make_test_chain, read_file
from portal.exhibitions.facts import ORIGINAL, RESTORATION
from portal.exhibitions.gathering import facts_of
from portal.exhibitions.keys import check_keys, signing_keys, trusted_roots
from portal.exhibitions.models import SignedFile
from portal.exhibitions.services.signing import sign_due
from review.guardrails import services
from tests.exhibitions.examples import SECRET, telling
from tests.factories import painted, person
from tests.pictures.test_psd import psd, resource

EXPORTS = ("provenance", "linked-art", "dublin-core", "lido")
ALL = ("picture", "labelled", "bag", *EXPORTS)


def path(name, release):
    return reverse(f"published:{name}", args=[release.pk])


def close(response):
    """Close the files of an answer as a server does; the connection to the database stays."""
    signals.request_finished.disconnect(close_old_connections)
    response.close()
    signals.request_finished.connect(close_old_connections)


def body(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    close(response)
    return content


def status(response):
    close(response)
    return response.status_code


def test_facts_are_what_was_approved(on_show):
    release = on_show("restoration")
    found = facts_of(release)
    assert (found.kind, found.version, found.content) == (RESTORATION, release.number, release.content_hash)
    assert found.master.sha256 == release.master.sha256
    assert found.mask.sha256 == release.mask.sha256
    assert found.making.engine == "telea"
    assert found.making.invented == pytest.approx(123 / (96 * 64))
    assert {check.name for check in found.checks} == {"panel", "provenance", "anchor", "rights", "sacred"}
    assert [approval.role for approval in found.approvals] == ["curator", "rights_officer"]
    release.artwork.title = "Changed since"
    release.artwork.save()
    assert facts_of(release) == found


def test_no_name_of_anybody_who_works_here_is_in_what_leaves(on_show, collection, client):
    release = on_show("restoration")
    people = set(release.signatures.values_list("signer__username", "signer__email")[0])
    people |= {collection.created_by.username, collection.created_by.email}
    for name in EXPORTS:
        said = client.get(path(name, release)).content.decode()
        assert not [who for who in people if who in said], name


def test_a_download_is_signed_says_what_it_is_and_shows_what_was_sealed(signed_on_show, client, tmp_path):
    release = signed_on_show("restoration")
    response = client.get(path("picture", release))
    assert response.status_code == 200
    assert "pines-restoration" in response["Content-Disposition"]
    assert response["Cache-Control"] == "public, no-cache"
    (tmp_path / "a.png").write_bytes(body(response))
    report = read_file(tmp_path / "a.png", trusted_roots())
    assert (report.state, report.trusted) == ("valid", True)
    assert report.release["content"] == release.content_hash
    assert report.source == "compositeWithTrainedAlgorithmicMedia"
    with local_path(release.picture.file) as sealed:
        assert (np.asarray(Image.open(sealed)) == np.asarray(Image.open(tmp_path / "a.png"))).all()
    assert not client.cookies


@pytest.mark.parametrize(
    ("format", "name", "served"),
    [
        ("jpeg", "a.jpg", "image/jpeg"),
        ("png", "a.png", "image/png"),
        ("webp", "a.webp", "image/webp"),
        ("tiff", "a.tif", "image/tiff"),
        ("psd", "a.psd", "image/tiff"),
    ],
)
def test_of_a_master_of_each_format_visitors_get_a_signed_picture_and_members_the_file_itself(
    format, name, served, signed_on_show, client, collection, tmp_path
):
    brought = tmp_path / name
    secret = resource(1058, telling("tiff"))  # where a PSD keeps Exif
    brought.write_bytes(psd(painted().transpose(2, 0, 1), resources=secret) if format == "psd" else telling(format))
    assert SECRET in brought.read_bytes()
    master = seal_picture(brought, collection=collection, user=collection.created_by, name=name)
    release = signed_on_show(master=master)
    response = client.get(path("picture", release))
    assert (response.status_code, response["Content-Type"]) == (200, served)
    suffix = Path(name.replace("psd", "tif")).suffix
    assert response["Content-Disposition"].endswith(f'pines-original-{release.number}{suffix}"')
    (tmp_path / f"taken{suffix}").write_bytes(body(response))
    taken = tmp_path / f"taken{suffix}"
    assert read_file(taken, trusted_roots()).trusted
    assert (read(taken).pixels == read(brought).pixels).all()
    image = reverse("catalogue:iiif-base", args=[master.pk]) + "/full/max/0/default."
    shown = [reverse("catalogue:thumbnail", args=[master.pk]), *(image + it for it in ("jpg", "png", "webp"))]
    for content in (taken.read_bytes(), *(body(client.get(it)) for it in shown)):
        assert SECRET not in content
        assert b"GPS" not in content
        assert not Image.open(BytesIO(content)).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    told = client.get(reverse("exhibitions:manifest", args=[release.pk])).json()
    assert told["rendering"][0]["format"] == served
    client.force_login(collection.created_by)
    assert body(client.get(reverse("catalogue:download", args=[master.pk]))) == brought.read_bytes()


def test_the_sealed_picture_is_what_it_was(signed_on_show):
    release = signed_on_show()
    with local_path(release.picture.file) as sealed:
        assert read_file(sealed).sha256 == release.picture.sha256


def test_credentials_are_looked_at_again_at_every_download(signed_on_show, client):
    release = signed_on_show()
    assert status(client.get(path("picture", release))) == 200
    row = SignedFile.objects.get(release=release)
    stored = Path(default_storage.path(row.file.name))
    altered = bytearray(stored.read_bytes())
    altered[-40] ^= 1
    stored.write_bytes(altered)
    refused = client.get(path("picture", release))
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    assert sign_due(timezone.now()) == 1
    assert status(client.get(path("picture", release))) == 200


def test_a_file_that_is_not_signed_yet_does_not_leave(on_show, client):
    release = on_show()
    assert client.get(path("picture", release)).status_code == 503
    assert client.get(path("bag", release)).status_code == 503


def test_a_withdrawn_release_is_gone_with_its_files(
    signed_on_show, client, collection, django_capture_on_commit_callbacks
):
    release = signed_on_show("restoration")
    names = list(SignedFile.objects.values_list("file", flat=True))
    assert len(names) == 2
    kept = {name: client.get(path(name, release)) for name in ALL}
    assert {status(answer) for answer in kept.values()} == {200}
    with django_capture_on_commit_callbacks(execute=True):
        services.withdraw(collection.created_by, release, "Asked for by the community.")
    assert [name for name in names if default_storage.exists(name)] == []
    for name, answer in kept.items():
        again = client.get(path(name, release), headers={"If-None-Match": answer.get("ETag", "*")})
        assert again.status_code == 404, name
    assert sign_due(timezone.now()) == 0


def test_what_is_in_no_open_exhibition_is_for_members_alone(on_show, client, collection):
    release = on_show(publish=False)
    member, stranger = Client(), Client()
    member.force_login(person("consultant", collection))
    stranger.force_login(person("curator"))
    for name in EXPORTS:
        assert client.get(path(name, release)).status_code == 404
        assert stranger.get(path(name, release)).status_code == 404
        answer = member.get(path(name, release))
        assert answer.status_code == 200
        assert answer["Cache-Control"].startswith("private")
    assert member.get(path("picture", release)).status_code == 404


def test_rights_decide_who_may_have_the_picture(signed_on_show, client, collection):
    release = signed_on_show(rights="http://rightsstatements.org/vocab/InC/1.0/")
    refused = client.get(path("picture", release))
    assert refused.status_code == 403
    assert "rights" in refused.content.decode()
    assert client.get(path("bag", release)).status_code == 403
    assert client.get(path("lido", release)).status_code == 200


def test_the_exports_are_served_as_what_they_are(on_show, client):
    release = on_show("restoration")
    kinds = {name: client.get(path(name, release)) for name in EXPORTS}
    assert {answer.status_code for answer in kinds.values()} == {200}
    assert kinds["linked-art"]["Content-Type"].startswith("application/ld+json")
    assert json.loads(kinds["linked-art"].content)["_label"] == "Pines"
    assert json.loads(kinds["provenance"].content)["activity"]
    assert kinds["lido"].content.startswith(b"<?xml")
    assert all(answer["Access-Control-Allow-Origin"] == "*" for answer in kinds.values())


def test_a_bag_holds_the_signed_picture_and_members_find_the_master_too(signed_on_show, client, tmp_path):
    release = signed_on_show("restoration")
    with zipfile.ZipFile(BytesIO(body(client.get(path("bag", release))))) as zipped:
        zipped.extractall(tmp_path / "bag")
    (folder,) = (tmp_path / "bag").iterdir()
    bagit.Bag(str(folder)).validate()
    inside = {file.name for file in (folder / "data").iterdir()}
    assert inside >= {"picture.png", "mask.png", "provenance.json", "lido.xml", "ro-crate-metadata.json"}
    assert "master.png" not in inside
    assert read_file(folder / "data/picture.png", trusted_roots()).trusted


def test_other_certificates_sign_everything_anew(signed_on_show, settings, tmp_path):
    release = signed_on_show()
    before = SignedFile.objects.get(release=release)
    settings.TEST_CREDENTIALS = tmp_path / "others"
    assert sign_due(timezone.now()) == 1
    after = SignedFile.objects.get(release=release)
    assert after.certificates != before.certificates
    assert sign_due(timezone.now()) == 0


def test_one_release_that_cannot_be_signed_holds_up_no_other(on_show, caplog):
    lost, kept = on_show(), on_show()
    default_storage.delete(lost.picture.file.name)
    assert sign_due(timezone.now()) == 1
    assert SignedFile.objects.get().release == kept
    assert str(lost.pk) in caplog.text


def test_the_operators_key_is_used_and_a_wrong_one_signs_nothing(on_show, settings, tmp_path, caplog):
    key, chain, _root = make_test_chain(tmp_path / "own")
    settings.C2PA_KEY, settings.C2PA_CERTIFICATES = str(key), str(chain)
    assert not signing_keys().test
    assert "BEGIN CERTIFICATE" in trusted_roots()
    assert trusted_roots().count("BEGIN") == 1
    assert check_keys(None) == []
    settings.C2PA_KEY = str(tmp_path / "none")
    on_show()
    assert sign_due(timezone.now()) == 0
    assert "cannot be read" in caplog.text


def test_before_a_site_is_opened_the_test_chain_is_named(settings):
    assert "test chain" in check_keys(None)[0].msg


def test_an_original_is_no_work_of_a_machine_and_has_no_label(signed_on_show, client):
    release = signed_on_show()
    assert facts_of(release).kind == ORIGINAL
    assert SignedFile.objects.get(release=release).kind == "picture"
    assert client.get(path("labelled", release)).status_code == 404

"""The API's description: complete, without a warning, the same as the one reviewed, and nothing in it makes a 500."""

import os
from pathlib import Path

import pytest
import schemathesis
import yaml
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests import Request  # noqa: TID251  # it lays out a body and sends nothing
from rest_framework.test import APIClient

from portal.accounts.models import Grant
from portal.accounts.policy import SCOPES
from portal.accounts.services import create_token
from restoration import checks
from review.guardrails.services import prepare
from review.models import Seat, Study
from tests.factories import mask_for, painting_for
from tests.house.test_addresses import hall_of, panel_of

SNAPSHOT = Path(__file__).parent / "openapi.yaml"
REFRESH = f"python manage.py spectacular --file {SNAPSHOT.relative_to(Path.cwd())}"
DESCRIBED = yaml.safe_load(SNAPSHOT.read_text())
OPERATIONS = [
    (path, method, operation) for path, methods in DESCRIBED["paths"].items() for method, operation in methods.items()
]


@schemathesis.serializer("application/offset+octet-stream")
def bytes_of_an_upload(context, value) -> bytes:
    """A piece of a resumable upload, as it is."""
    return value if isinstance(value, bytes) else str(value).encode()


SCHEMA = schemathesis.openapi.from_path(SNAPSHOT)
OPEN = {"/api/v1/verify/"}  # what anybody may ask without a token
EXAMPLES = int(os.environ.get("API_EXAMPLES", "8"))


def test_the_description_is_generated_without_a_warning_and_is_the_one_reviewed(tmp_path):
    now = tmp_path / "openapi.yaml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(now))
    assert now.read_text() == SNAPSHOT.read_text(), f"The API changed. If that is meant: {REFRESH}"


def test_it_describes_every_part_of_the_api():
    assert len(OPERATIONS) >= 30
    kinds = {path.split("/")[3] for path, _method, _operation in OPERATIONS}
    assert kinds >= {"collections", "artworks", "pictures", "periods", "masks", "engines", "restorations", "jobs"}
    assert kinds >= {"lexicon", "ink", "ink-paintings"}


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=lambda value: str(value)[:40])
def test_every_operation_says_what_it_does_who_may_and_how_it_refuses(path, method, operation):
    assert operation["description"].endswith(".")
    if path in OPEN:
        assert "security" not in operation
    else:
        assert {"token": []} in operation["security"]
        assert {} not in operation["security"]
    assert list(operation["responses"]["4XX"]["content"]) == ["application/problem+json"]


@pytest.fixture
def known(artwork) -> dict[str, str]:
    """Rows that the token's owner may use, so that not every address is a 404."""
    mask = mask_for(artwork)
    keys = {"collection": artwork.collection_id, "artwork": artwork.pk, "picture": artwork.master_id, "mask": mask.pk}
    painting = painting_for(artwork.collection, artwork.master)
    keys |= {"style_reference": artwork.pk, "ink": painting.round_id, "ink-painting": painting.pk}
    study, panel = studied(artwork)
    keys |= {"studie": study.pk, "studies/seats": study.seats.get().pk} | panel
    hall = hall_of(prepare(artwork.collection.created_by, artwork))
    keys |= {kind.removesuffix("s"): key for kind, key in hall.items()}
    return {name: str(key) for name, key in keys.items()}


def studied(artwork) -> tuple[Study, dict[str, object]]:
    """A study that the token's owner coordinates, and the owner's own seat, picture and discussion in another one."""
    owner = artwork.collection.created_by
    Grant.objects.create(user=owner, role="coordinator", collection=artwork.collection)
    study = Study.objects.create(collection=artwork.collection, title="s", created_by=owner)
    Seat.objects.create(study=study, email="e@example.org")
    rows = panel_of(artwork)
    Seat.objects.filter(pk=rows["seats"]).update(user=owner)
    parts = {"panel": "seats", "panel/sheets": "presentations", "panel/discussions": "arguments"}
    return study, {path: rows[kind] for path, kind in parts.items()}


@pytest.fixture(autouse=True)
def weights(monkeypatch):
    """Every engine's weights seem to be there, so that no order is refused for want of them."""
    monkeypatch.setattr(checks, "installed", lambda name: True)


@pytest.mark.parametrize(("path", "method"), [(path, method) for path, method, _operation in OPERATIONS])
def test_nothing_that_fits_the_description_or_does_not_makes_a_server_error(path, method, known, curator):
    _token, key = create_token(curator, name="fuzz", scopes=list(SCOPES))
    operation = SCHEMA[path][method]
    modes = schemathesis.GenerationMode
    cases = st.one_of(operation.as_strategy(modes.POSITIVE), operation.as_strategy(modes.NEGATIVE))

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=cases, real=st.booleans())
    def try_one(case, real):
        if real:
            _point_at(case, known)
        response = _send(case, key)
        assert response.status_code < 500
        assert response.status_code < 400 or response["Content-Type"] == "application/problem+json"

    try_one()


def _point_at(case, known: dict[str, str]) -> None:
    first, second = case.operation.path.split("/")[3:5]
    kind = f"{first}/{second}" if f"{first}/{second}" in known else first.removesuffix("s")
    for name in {"id", "code"} & (case.path_parameters or {}).keys():
        case.path_parameters[name] = known.get(kind, case.path_parameters[name])
    if isinstance(case.body, dict):
        case.body.update({name: known[name] for name in known.keys() & case.body.keys()})


def _send(case, key: str):
    """Through Django's test client, which shows the traceback of whatever goes wrong."""
    parts = case.as_transport_kwargs(base_url="http://testserver")
    parts = {name: parts[name] for name in ("method", "url", "params", "data", "json", "files") if name in parts}
    request = Request(**parts).prepare()
    kind = request.headers.get("Content-Type", case.media_type or "")
    headers = {"authorization": f"Bearer {key}"}
    return APIClient().generic(
        request.method, request.path_url, request.body or b"", content_type=kind, headers=headers
    )

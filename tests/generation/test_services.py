"""Import, scores, the arbiter."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from generation.models import CaptionSample, CaptionScore
from generation.selectors import captions as selectors
from generation.services import captions as services
from portal.errors import UserError
from tests.factories import CollectionFactory, person

pytestmark = pytest.mark.django_db


def test_an_import_keeps_pictures_and_terms(samples):
    assert samples[0].terms == ["xieyi", "landscape", "thick-ink"]
    assert all(default_storage.exists(sample.picture.name) for sample in samples)
    assert samples[0].size == 64


def test_what_was_imported_is_not_imported_again(curator, collection, prepared, samples):
    assert services.import_captions(curator, collection, prepared) == 0
    assert CaptionSample.objects.count() == 4


def test_a_sample_is_as_large_as_was_asked_for(curator, collection, prepared):
    assert services.import_captions(curator, collection, prepared, most=3) == 3


def rewrite(folder, change):
    path = folder / "captions.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    change(lines[-1])
    path.write_text("\n".join(map(json.dumps, lines)))


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.update(terms={"oil-on-canvas": "table"}),  # not in the lexicon
        lambda line: line.pop("sha256"),
        lambda line: line.update(sha256="../../etc"),
        lambda line: line.update(picture="../secret.webp"),
        lambda line: line.update(picture="pictures/none.webp"),
    ],
)
def test_a_folder_that_is_wrong_anywhere_gives_nothing(curator, collection, prepared, change):
    rewrite(prepared, change)
    (prepared.parent / "secret.webp").write_bytes((prepared / "pictures/0.webp").read_bytes())
    with pytest.raises(UserError):
        services.import_captions(curator, collection, prepared)
    assert not CaptionSample.objects.exists()
    assert not default_storage.exists("captions") or not any(default_storage.listdir(d)[1] for d in folders())


def folders():
    return [f"captions/{name}" for name in default_storage.listdir("captions")[0]]


def test_a_folder_without_captions_is_named(curator, collection, tmp_path):
    with pytest.raises(UserError, match=r"captions\.jsonl cannot be taken"):
        services.import_captions(curator, collection, tmp_path)


def test_the_command_prepares_and_imports(curator, collection, prepared, monkeypatch, capsys):
    report = {"prepared": 4, "rows": 4, "works": 4, "split": {}, "refused": {}}
    monkeypatch.setattr("generation.corpus.prepare.prepare", lambda *given: report)
    options = {"data": prepared, "out": prepared, "into": str(collection.pk)}
    for wrong in ({"by": "nobody"}, {"by": curator.username, "into": "x"}):
        with pytest.raises(CommandError, match=r"which curator answers|There is no collection x"):
            call_command("prepare_corpus", **options | wrong)
    with pytest.raises(CommandError, match="do not allow"):
        call_command("prepare_corpus", **options, by=person("curator").username)
    call_command("prepare_corpus", **options, by=curator.username, sample=2)
    assert "2 captions are ready to be validated" in capsys.readouterr().out


def test_a_validator_scores_once_and_may_change_it(expert, samples):
    services.score_caption(expert, samples[0], 2)
    services.score_caption(expert, samples[0], 4)
    assert CaptionScore.objects.get().score == 4


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_is_from_one_to_five(expert, samples, score):
    with pytest.raises(UserError, match="1 to 5"):
        services.score_caption(expert, samples[0], score)
    with pytest.raises(IntegrityError):
        CaptionScore.objects.bulk_create([CaptionScore(sample=samples[0], validator=expert, score=score + 100)])


def test_only_validators_score_and_only_arbiters_decide(curator, arbiter, samples, differ):
    differ(samples[0])
    with pytest.raises(PermissionDenied):
        services.score_caption(arbiter, samples[0], 3)
    with pytest.raises(PermissionDenied):
        services.arbitrate(curator, samples[0], 3)
    with pytest.raises(PermissionDenied):
        services.score_caption(person("expert", CollectionFactory()), samples[0], 3)


def test_an_arbiter_decides_once_where_the_validators_differ(arbiter, curator, expert, samples, differ):
    with pytest.raises(UserError, match="do not differ"):
        services.arbitrate(arbiter, samples[0], 3)
    differ(samples[0])
    assert services.arbitrate(arbiter, samples[0], 4, "the ink is thick").score == 4
    with pytest.raises(UserError, match="already"):
        services.arbitrate(arbiter, samples[0], 3)
    with pytest.raises(UserError, match="stay as they are"):
        services.score_caption(expert, samples[0], 3)


def test_nobody_is_the_arbiter_of_an_own_score(arbiter, curator, expert, samples, differ):
    differ(samples[0])
    CaptionScore.objects.create(sample=samples[0], validator=arbiter, score=1)
    with pytest.raises(UserError, match="somebody else"):
        services.arbitrate(arbiter, samples[0], 4)


def test_what_fewest_have_scored_comes_first(curator, expert, collection, samples):
    services.score_caption(expert, samples[0], 3)
    assert list(selectors.left_for(curator, collection)) == [*samples[1:], samples[0]]
    assert list(selectors.left_for(expert, collection)) == samples[1:]


def test_the_result_counts_decisions_in_place_of_scores(arbiter, curator, expert, collection, samples, differ):
    differ(samples[0])
    for user in (curator, expert):
        services.score_caption(user, samples[1], 4)
    found = selectors.agreement(collection)
    assert [row.sample for row in found.waiting] == [samples[0]]
    assert found.disputed[0].given == [2, 5]
    assert found.disputed[0].spread == 4.5
    assert found.final == 3.75
    services.arbitrate(arbiter, samples[0], 5)
    after = selectors.agreement(collection)
    assert (after.waiting, after.final, after.judged, after.samples) == ([], 4.5, 2, 4)
    assert after.kappa.value == found.kappa.value == pytest.approx(0.2)


def test_who_has_still_to_score_reads_no_scores_of_it(curator, expert, arbiter, collection, samples, differ):
    differ(samples[0])
    late = person("curator", collection)
    found = selectors.agreement(collection)
    assert len(found.disputed) == 1
    assert selectors.without_unscored(late, found, collection) == []
    assert selectors.without_unscored(curator, found, collection) == found.disputed
    assert selectors.without_unscored(arbiter, found, collection) == found.disputed

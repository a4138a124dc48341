"""Style anchoring: what is of another time is refused before a job is made, and at the gate."""

import pytest

from generation.services.rounds import order_paintings
from gpu_workers.models import Job
from portal.catalogue.models import Period
from portal.errors import UserError
from restoration.services import order_reconstruction, order_restoration
from review.guardrails import anchoring, vocabulary
from review.guardrails.models import AnchorException, AnchorTerm
from review.guardrails.services import exceptions
from review.guardrails.services import vocabulary as additions
from tests.factories import mask_for, person

pytestmark = pytest.mark.django_db
WHY = "The Tang original survives in a Ming copy alone, as Zhang Chou's catalogue of 1616 says."


@pytest.fixture
def scholar(collection):
    return person("expert", collection)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a court lady in Ming robes", "Dress of the Ming"),
        ("two officials in ming dynasty costume", "Dress of the Ming"),
        ("身穿明代服饰的仕女", "明代服饰"),
        ("着明制汉服的文士", "明代服饰"),
        ("官員頭戴烏紗帽", "乌纱帽"),
        ("an old man with a tobacco pipe", "Tobacco"),
        ("远处有铁路和火车", "铁路"),
        ("trees in the Qing court style", "Qing dynasty"),
        ("元代庭院", "Yuan dynasty"),
    ],
)
def test_what_came_later_is_an_anachronism_in_a_tang_work(dated, text, name):
    verdict = anchoring.judge_prompt(anchoring.anchor_of(dated("tang")), text)
    assert verdict.blocks
    assert name in verdict.reason
    assert "Tang dynasty" in verdict.reason
    assert "scholar" in verdict.who
    assert verdict.evidence["found"]["source"]


@pytest.mark.parametrize(
    "text",
    ["", "pine branch over mist", "a song of birds", "moonlight, clear water", "明月松间照，清泉石上流", "清风明月",
     "a lady in a high-waisted ruqun", "blue-and-green mountains", "唐代仕女"],
)  # fmt: skip
def test_what_belongs_there_passes(dated, text):
    assert not anchoring.judge_prompt(anchoring.anchor_of(dated("tang")), text).blocks


def test_the_same_words_are_right_in_their_own_time(dated):
    assert not anchoring.judge_prompt(anchoring.anchor_of(dated("ming")), "a court lady in Ming robes").blocks
    assert not anchoring.judge_prompt(anchoring.anchor_of(dated("qing")), "an old man with a tobacco pipe").blocks


def test_a_description_without_a_work_is_held_to_the_period_that_it_names():
    assert anchoring.judge_prompt(None, "a lady in Ming costume in a Tang palace").blocks
    assert anchoring.judge_prompt(None, "唐代宫殿里穿明代服饰的仕女").blocks
    assert anchoring.judge_prompt(None, "a railway in the mist").outcome == "not_needed"


def test_a_reference_of_another_period_is_refused_and_a_neighbour_is_not(dated):
    held = anchoring.anchor_of(dated("northern-song"))
    assert not anchoring.judge_reference(held, dated("song")).blocks
    assert anchoring.judge_reference(held, dated("southern-song")).blocks
    verdict = anchoring.judge_reference(held, dated("ming", title="A Ming garden"))
    assert verdict.blocks
    assert "A Ming garden" in verdict.reason


def test_a_reference_without_a_period_passes_before_a_job_and_not_at_the_gate(dated):
    held = anchoring.anchor_of(dated("song"))
    assert not anchoring.judge_reference(held, dated(None)).blocks
    assert anchoring.judge_reference(held, dated(None), strict=True).blocks
    assert anchoring.judge_reference(held, dated(None, school="Four Wangs")).blocks


def test_no_job_is_made_of_an_anachronism(curator, dated, quiet):
    artwork = dated("tang")
    with pytest.raises(UserError, match="anachronism") as refused:
        order_restoration(curator, artwork, mask=mask_for(artwork), prompt="a lady in Ming robes")
    assert refused.value.field == "prompt"
    assert "scholar" in str(refused.value)
    with pytest.raises(UserError, match="another period"):
        order_restoration(curator, artwork, mask=mask_for(artwork), style_reference=dated("ming"))
    with pytest.raises(UserError, match="another period"):
        order_reconstruction(curator, artwork, references=[dated("tang"), dated("ming")])
    with pytest.raises(UserError, match="anachronism"):
        order_paintings(curator, artwork.collection, prompt="Tang dynasty mountains with a railway")
    assert not Job.objects.exists()


def test_a_scholar_lets_pass_in_writing_and_takes_it_back(curator, dated, scholar, quiet):
    artwork, reference = dated("tang"), dated("ming")
    with pytest.raises(UserError, match="40"):
        exceptions.make_exception(scholar, artwork, "It is fine.", reference=reference)
    made = exceptions.make_exception(scholar, artwork, WHY, reference=reference)
    assert exceptions.make_exception(scholar, artwork, WHY, reference=reference) == made
    order_restoration(curator, artwork, mask=mask_for(artwork), style_reference=reference)
    other = dated("tang")
    with pytest.raises(UserError, match="another period"):
        order_restoration(curator, other, mask=mask_for(other), style_reference=reference)
    exceptions.withdraw_exception(scholar, made)
    assert anchoring.judge_reference(anchoring.anchor_of(artwork), reference).blocks
    assert AnchorException.objects.get().withdrawn_by == scholar


def test_an_exception_for_a_term_covers_that_term_alone(dated, scholar):
    artwork = dated("tang")
    held = anchoring.anchor_of(artwork)
    term = AnchorTerm.objects.get(key="ming-dress")
    exceptions.make_exception(scholar, artwork, WHY, term=term)
    exceptions.make_exception(scholar, artwork, WHY, period=Period.objects.get(key="ming"))
    verdict = anchoring.judge_prompt(held, "a lady in Ming robes")
    assert not verdict.blocks
    assert verdict.evidence["exception"]["reason"] == WHY
    assert anchoring.judge_prompt(held, "a lady in Ming robes with a snuff bottle").blocks


def test_a_curator_excepts_nothing(curator, dated):
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        exceptions.make_exception(curator, dated("tang"), WHY, reference=dated("ming"))


def test_the_gate_asks_for_a_period_and_looks_again(dated, restored, scholar):
    release = restored(dated(None))
    assert "no period" in anchoring.check(release).reason
    release = restored(dated("tang"))
    assert anchoring.check(release).outcome == "passed"
    order = release.candidate.restoration
    order.prompt = "a man in a magua"
    assert "Manchu dress" in anchoring.check(release).reason
    order.prompt, order.style_reference = "", dated("ming")
    verdict = anchoring.check(release)
    assert verdict.blocks
    exceptions.make_exception(scholar, release.artwork, WHY, reference=order.style_reference)
    assert anchoring.check(release).outcome == "passed"


def test_the_entry_s_own_technique_must_be_of_its_period(dated, restored):
    release = restored(dated("song", technique="finger painting"))
    assert "Finger painting" in anchoring.check(release).reason


def test_curators_add_terms_with_a_source_and_nobody_loses_them(curator, dated):
    fields = {"kind": "object", "name_en": "Pocket telescope", "name_zh": "千里镜", "source": "Liyu, Shi'er lou (1658)"}
    with pytest.raises(UserError, match="source"):
        additions.add_anchor_term(curator, from_year=1615, **fields | {"source": " "})
    term = additions.add_anchor_term(curator, from_year=1615, words="spyglass, 望远镜", **fields)
    assert term.added_by == curator
    held = anchoring.anchor_of(dated("song"))
    assert anchoring.judge_prompt(held, "a scholar with a spyglass").blocks
    vocabulary.load_shipped()
    additions.retire(curator, term)
    vocabulary.load_shipped()
    assert not anchoring.judge_prompt(held, "a scholar with a spyglass").blocks


def test_what_ships_is_bilingual_dated_and_sourced():
    rows = vocabulary.shipped_anchor_terms()
    assert len(rows) >= 50
    assert len({row["key"] for row in rows}) == len(rows)
    for row in rows:
        assert row["source"]
        assert row["from_year"]
        assert any(word.isascii() for word in row["words"])
        assert any(not word.isascii() for word in row["words"])


def test_many_works_at_once_read_the_vocabulary_once(dated, django_assert_num_queries):
    works = [dated("tang") for _ in range(3)]
    with django_assert_num_queries(2), vocabulary.read_once():
        for work in works:
            anchoring.judge_prompt(anchoring.anchor_of(work), "pines and mist")

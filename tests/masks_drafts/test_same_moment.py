"""Several windows at the same moment: no stroke is lost, no patch counts twice, one draft becomes one mask."""

import threading
import time
import uuid

import numpy as np
import pytest
from django.db import connections

from portal.audit.models import Event
from restoration.drafts import saving, services
from restoration.drafts.selectors import tiles_of_mask
from restoration.drafts.services import DraftConflict, apply_patch, discard_draft, open_draft
from restoration.drafts.tiles import compose
from restoration.models import DraftPatch, Mask, MaskDraft
from tests.restoration.conftest import stored

from .conftest import HEIGHT, WIDTH, sent, tile

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls):
    """Run each call in a thread of its own at once; what each returned or raised, in their order."""
    gate, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index):
        gate.wait()
        try:
            results[index] = calls[index]()
        except Exception as problem:  # noqa: BLE001  the test looks at it
            results[index] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[index]) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def draft(curator, artwork):
    return open_draft(curator, artwork)[0]


def dot(number: int, label: int = 1):
    """A patch of one pixel in the first tile, and one of its own in each of two more."""
    mark = (label, slice(number, number + 1), slice(0, 1))
    return [sent(x, y, tile(x, y, mark)) for x, y in ((0, 0), (1, 0), (2, 1))]


def drawn(draft) -> np.ndarray:
    from restoration.drafts import tiles

    rows = (tiles.Tile(row.x, row.y, tiles.decode(bytes(row.png))) for row in draft.tiles.all())
    return compose(rows, WIDTH, HEIGHT)


def test_patches_of_several_windows_lose_nothing(curator, draft):
    names = [uuid.uuid4() for _ in range(24)]

    def window(which):
        return [apply_patch(curator, draft, names[n], dot(n, 1 + n % 4)) for n in range(which, 24, 3)]

    revisions = together(*(lambda which=which: window(which) for which in range(3)))
    assert sorted(revision for each in revisions for revision in each) == list(range(1, 25))
    labels = drawn(draft)
    for x, y in ((0, 0), (512, 0), (1024, 512)):
        np.testing.assert_array_equal(labels[y : y + 24, x], [1 + n % 4 for n in range(24)])


def test_the_same_patch_from_several_windows_counts_once(curator, draft):
    name = uuid.uuid4()
    answers = together(*[lambda: apply_patch(curator, draft, name, dot(0))] * 4)
    assert answers == [1, 1, 1, 1]
    assert DraftPatch.objects.count() == 1


def test_opening_at_the_same_moment_is_one_draft(curator, artwork):
    made = together(*[lambda: open_draft(curator, artwork)] * 4)
    assert len({draft.pk for draft, _new in made}) == 1
    assert [new for _draft, new in made].count(True) == 1


def test_saving_at_the_same_moment_is_one_mask(curator, draft, settings):
    apply_patch(curator, draft, uuid.uuid4(), dot(0))
    masks = together(*[lambda: saving.save_draft(curator, draft)] * 3)
    assert Mask.objects.count() == 1
    assert {mask for mask, _new in masks} == {Mask.objects.get()}
    assert [new for _mask, new in masks].count(True) == 1
    assert Event.objects.filter(action="mask.saved").count() == 1
    assert len([name for name in stored(settings) if name.startswith("masks/")]) == 1


def test_a_patch_that_races_with_saving_is_in_the_mask_or_refused(curator, draft):
    apply_patch(curator, draft, uuid.uuid4(), dot(0))
    calls = [lambda n=n: apply_patch(curator, draft, uuid.uuid4(), dot(n)) for n in (1, 2, 3)]
    (mask, _new), *answers = together(lambda: saving.save_draft(curator, draft), *calls)
    taken = [answer for answer in answers if isinstance(answer, int)]
    assert all(isinstance(answer, int | DraftConflict) for answer in answers)
    labels = compose(tiles_of_mask(mask), WIDTH, HEIGHT)
    assert labels[:4, 0].sum() == 1 + len(taken)


def test_a_patch_that_comes_while_the_mask_is_stored_is_in_it(curator, draft, monkeypatch, settings):
    """Storing takes seconds for a large master; the draft is not locked meanwhile."""
    apply_patch(curator, draft, uuid.uuid4(), dot(0))
    real, late = saving.store_mask, [dot(1), dot(2)]

    def slow(*args):
        made = real(*args)
        if late:
            apply_patch(curator, draft, uuid.uuid4(), late.pop())
        return made

    monkeypatch.setattr(saving, "store_mask", slow)
    mask, new = saving.save_draft(curator, draft)
    assert (new, late) == (True, [])
    assert compose(tiles_of_mask(mask), WIDTH, HEIGHT)[:3, 0].tolist() == [1, 1, 1]
    assert {name for name in stored(settings) if name.startswith("masks/")} == {mask.file.name}


def test_a_draft_that_never_rests_is_not_saved_and_nothing_stays(curator, draft, monkeypatch, settings):
    real = saving.store_mask
    before = stored(settings)

    def slow(*args):
        made = real(*args)
        number = MaskDraft.objects.get(pk=draft.pk).revision
        apply_patch(curator, draft, uuid.uuid4(), dot(number))
        return made

    apply_patch(curator, draft, uuid.uuid4(), dot(0))
    monkeypatch.setattr(saving, "store_mask", slow)
    with pytest.raises(DraftConflict, match="save it again"):
        saving.save_draft(curator, draft)
    assert stored(settings) == before
    assert not Mask.objects.exists()


def test_a_draft_discarded_while_it_is_saved_is_gone(curator, draft, monkeypatch, settings):
    from django.http import Http404

    apply_patch(curator, draft, uuid.uuid4(), dot(0))
    before, real = stored(settings), saving.store_mask

    def slow(*args):
        made = real(*args)
        discard_draft(curator, draft)
        return made

    monkeypatch.setattr(saving, "store_mask", slow)
    with pytest.raises(Http404):
        saving.save_draft(curator, draft)
    assert stored(settings) == before
    assert not Mask.objects.exists()


def test_a_patch_that_fails_half_way_leaves_nothing(curator, draft, monkeypatch):
    """Not even its name: sent again, it is taken in."""
    name = uuid.uuid4()

    def broken(*args, **kwargs):
        raise RuntimeError("the database went away")

    with monkeypatch.context() as patched:
        patched.setattr(services, "_lay", broken)
        with pytest.raises(RuntimeError):
            apply_patch(curator, draft, name, dot(0))
    assert MaskDraft.objects.get().revision == 0
    assert apply_patch(curator, draft, name, dot(0)) == 1
    assert drawn(draft)[0, 0] == 1


@pytest.mark.postgres
def test_a_patch_that_waited_for_the_save_is_refused(curator, draft, monkeypatch):
    """What it read before it waited is no longer true when its turn comes."""
    apply_patch(curator, draft, uuid.uuid4(), dot(0))
    real, answers = saving.save_drawn, []

    def patch():
        try:
            answers.append(apply_patch(curator, draft, uuid.uuid4(), dot(1)))
        except DraftConflict as conflict:
            answers.append(conflict)
        finally:
            connections.close_all()

    late = threading.Thread(target=patch)

    def while_it_waits(*args, **kwargs):
        late.start()
        until_somebody_waits()
        return real(*args, **kwargs)

    monkeypatch.setattr(saving, "save_drawn", while_it_waits)
    mask, _new = saving.save_draft(curator, draft)
    late.join()
    assert [type(answer) for answer in answers] == [DraftConflict]
    assert compose(tiles_of_mask(mask), WIDTH, HEIGHT)[:2, 0].tolist() == [1, 0]


def until_somebody_waits(seconds=60):
    """Until a connection waits for a lock."""
    deadline = time.monotonic() + seconds
    while True:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        assert time.monotonic() < deadline, "nobody waited"
        time.sleep(0.02)

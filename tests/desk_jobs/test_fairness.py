"""The rule of turns, without a database: nobody starves, limits hold, places are the order of claims."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from gpu_workers.fairness import NO_LIMITS, Group, Held, Limits, Line

START = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE, COLLECTIONS = ("Li", "Ma", "Ni"), ("east", "west")
jobs = st.lists(
    st.tuples(st.sampled_from((-1, 0, 1)), st.sampled_from(PEOPLE), st.sampled_from(COLLECTIONS)), max_size=25
)
running = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(COLLECTIONS)), max_size=4)
limits = st.builds(Limits, st.integers(0, 3), st.integers(0, 3))


def waiting(groups) -> dict[Group, list]:
    """Jobs as the rule is told of them; each has its number as its key and came a second after the one before."""
    found: dict[Group, list] = {}
    for number, group in enumerate(groups):
        found.setdefault(Group(*group), []).append((START + timedelta(seconds=number), number))
    return found


def moments(served) -> dict:
    return {who: START + timedelta(seconds=place) for place, who in enumerate(served)}


def order(groups, running=(), served=(), limits=NO_LIMITS, slots=1) -> list[int]:
    return list(Line(list(running), moments(served), limits).order(waiting(groups), slots))


def test_two_people_alternate_however_many_jobs_one_of_them_has():
    groups = [(0, "Li", "east")] * 50 + [(0, "Ma", "east")]
    assert order(groups).index(50) == 1
    groups = [(0, "Li", "east")] * 50 + [(0, "Ma", "east")] * 50
    assert [number < 50 for number in order(groups)] == [True, False] * 50


def test_the_person_with_fewer_running_jobs_goes_first_also_who_came_last():
    groups = [(0, "Li", "east"), (0, "Ma", "east")]
    assert order(groups, running=[("Li", "east")], slots=3) == [1, 0]


def test_of_two_with_as_many_running_it_is_the_turn_of_who_was_served_longer_ago():
    groups = [(0, "Li", "east"), (0, "Ma", "east")]
    assert order(groups, served=["Ma", "Li"]) == [1, 0]
    assert order(groups, served=["Li"]) == [1, 0]
    assert order(groups) == [0, 1]


def test_a_higher_priority_goes_before_every_turn():
    groups = [(0, "Ma", "east"), (1, "Li", "east"), (1, "Li", "east"), (-1, "Ni", "east")]
    assert order(groups, running=[("Li", "west")], served=["Li"], slots=9) == [1, 2, 0, 3]


def test_a_person_at_the_limit_waits_and_holds_up_nobody():
    groups = [(1, "Li", "east"), (0, "Ma", "east")]
    line = Line([("Li", "west")] * 2, {}, Limits(person=2))
    assert line.held("Li", "east") == Held("person", 2)
    assert line.held("Ma", "east") is None
    assert list(line.order(waiting(groups), 9)) == [1, 0]


def test_a_collection_at_the_limit_waits():
    line = Line([("Li", "east")], {}, Limits(collection=1))
    assert line.held("Ma", "east") == Held("collection", 1)
    assert line.next({Group(0, "Ma", "east"): START}) is None
    assert line.next({Group(0, "Ma", "west"): START}) == Group(0, "Ma", "west")


@given(jobs, running, limits, st.integers(1, 5))
def test_every_job_has_its_turn_once(groups, running, limits, slots):
    assert sorted(order(groups, running, limits=limits, slots=slots)) == list(range(len(groups)))


@given(jobs, running, limits, st.integers(1, 5))
def test_a_persons_jobs_of_one_kind_keep_their_order(groups, running, limits, slots):
    found = order(groups, running, limits=limits, slots=slots)
    for group in set(groups):
        numbers = [number for number in found if groups[number] == group]
        assert numbers == sorted(numbers)


@given(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=40), st.permutations(PEOPLE))
def test_nobody_waits_for_more_than_one_turn_of_every_other_person(owners, served):
    """Nobody starves: between two jobs of somebody who still waits, each other person is served at most once."""
    found = [owners[number] for number in order([(0, who, "east") for who in owners], served=served)]
    for who in set(owners):
        places = [-1, *(place for place, other in enumerate(found) if other == who)]
        for before, after in pairwise(places):
            assert max(Counter(found[before + 1 : after]).values(), default=0) <= 1


@settings(deadline=None)
@given(jobs, running, limits, st.integers(1, 5))
def test_the_order_is_that_of_claims_one_by_one_and_no_limit_is_passed(groups, running, limits, slots):
    """A second, slower telling of the same: after each claim the rule is asked anew, from what runs then."""
    left, at_work, served, claimed = waiting(groups), list(running), moments(()), []
    clock = START
    while any(left.values()):
        while len(at_work) >= slots:
            at_work.pop(0)
        heads = {group: rows[0][0] for group, rows in left.items() if rows}
        group = Line(at_work, served, limits).next(heads)
        if group is None:
            at_work.pop(0)
            continue
        claimed.append(left[group].pop(0)[1])
        at_work.append((group.owner, group.collection))
        clock += timedelta(seconds=1)
        served[group.owner] = clock
        if limits.person:
            assert Counter(who for who, _where in at_work)[group.owner] <= limits.person
        if limits.collection:
            assert Counter(where for _who, where in at_work)[group.collection] <= limits.collection
    assert claimed == order(groups, running, limits=limits, slots=slots)

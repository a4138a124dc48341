"""Undo, redo and patches: nothing is lost, and everything can be taken back."""

import numpy as np
import pytest

W, H = 1300, 1100  # 3 by 3 squares, the last ones cut
DRAW = """
import { Draft } from "./editor/draft.js";
import { sweep } from "./editor/brush.js";
import { Tiles } from "./editor/tiles.js";
const { width, height, actions } = given;
const draft = new Draft(width, height);
const dense = ({ tiles }) => tiles.read(0, 0, width, height);
const digest = (labels) => labels.reduce((sum, label, i) => (sum * 31 + label * (i % 9973) + label) % 4294967291, 7);
const draw = ([x0, y0, x1, y1, radius, label]) => draft.act("brush", sweep(x0, y0, radius, x1, y1, radius), label);
"""


@pytest.fixture
def actions():
    rng = np.random.default_rng(7)
    return [[*rng.uniform(0, 1300, 4).tolist(), float(rng.uniform(1, 120)), int(rng.integers(0, 5))] for _ in range(40)]


def test_undoing_everything_gives_exactly_the_start_and_redoing_exactly_the_end(js, actions):
    answers = js(
        DRAW
        + """
draft.act("start", sweep(600, 500, 90, 700, 600, 90), 3);
draft.history.done.length = 0;
const states = [digest(dense(draft))];
for (const action of actions) { draw(action); states.push(digest(dense(draft))); }
const back = [], forth = [];
while (draft.undo()) back.push(digest(dense(draft)));
const start = { total: draft.tiles.total, held: draft.tiles.held.size, marked: [...draft.tiles.marked.values()] };
while (draft.redo()) forth.push(digest(dense(draft)));
answer({ states, back, forth, start, steps: draft.history.done.length });
""",
        {"width": W, "height": H, "actions": actions},
    )
    changed = answers["steps"]
    assert changed > 30
    seen = [answers["states"][0]]
    for state in answers["states"][1:]:
        if state != seen[-1]:
            seen.append(state)
    assert answers["back"] == seen[-2::-1]
    assert answers["forth"] == seen[1:]
    assert all(answers["start"]["marked"])


def test_empty_squares_are_let_go(js, actions):
    answers = js(
        DRAW
        + """
for (const action of actions) draw(action);
draft.undo(); draft.undo();
const before = draft.tiles.held.size;
draft.act("all", Array.from({ length: height }, (_, y) => [y, 0, width]).flat(), 0);
answer({ before, after: draft.tiles.held.size, total: draft.tiles.total });
""",
        {"width": W, "height": H, "actions": actions},
    )
    assert answers == {"before": 9, "after": 0, "total": 0}


def test_the_counts_are_those_of_the_pixels(js, actions):
    answers = js(
        DRAW
        + """
for (const action of actions) draw(action);
draft.undo();
const labels = dense(draft);
const counted = [0, 0, 0, 0, 0];
for (const label of labels) counted[label]++;
answer([counted.slice(1), draft.tiles.counts.slice(1)]);
""",
        {"width": W, "height": H, "actions": actions},
    )
    assert answers[0] == answers[1]


def test_what_another_tab_drew_over_an_action_is_not_undone(js):
    answers = js(
        DRAW
        + """
draft.act("mine", [10, 0, 20], 1);
const square = draft.tiles.held.get(0).slice();
square.fill(2, (10 << 9) | 5, (10 << 9) | 10);
draft.take(0, square);
draft.undo();
const undone = draft.tiles.read(0, 10, 20, 1);
draft.redo();
answer([undone, draft.tiles.read(0, 10, 20, 1)]);
""",
        {"width": W, "height": H, "actions": []},
    )
    assert answers[0] == [0] * 5 + [2] * 5 + [0] * 10
    assert answers[1] == [1] * 5 + [2] * 5 + [1] * 10


def test_what_comes_while_a_stroke_is_drawn_waits_until_it_is_done(js):
    answers = js(
        DRAW
        + """
draft.begin();
draft.paint([3, 0, 4], 1);
draft.take(0, new Uint8Array(512 * 512).fill(4, 0, 8));
const during = draft.tiles.at(0, 0);
draft.commit("brush");
answer([during, draft.tiles.at(0, 0)]);
""",
        {"width": W, "height": H, "actions": []},
    )
    assert answers == [0, 4]


def test_a_new_action_ends_what_could_be_done_again(js):
    answers = js(
        DRAW
        + """
draft.act("one", [0, 0, 5], 1);
draft.undo();
draft.act("two", [1, 0, 5], 2);
answer([draft.redo() === null, draft.tiles.counts[1], draft.tiles.counts[2]]);
""",
        {"width": W, "height": H, "actions": []},
    )
    assert answers == [True, 0, 5]


def test_a_stroke_given_up_leaves_no_trace(js, actions):
    answers = js(
        DRAW
        + """
for (const action of actions.slice(0, 5)) draw(action);
const before = digest(dense(draft));
const steps = draft.history.done.length;
draft.begin();
draft.paint(sweep(100, 100, 80, 900, 900, 80), 2);
const during = digest(dense(draft));
draft.cancel();
answer({ before, during, after: digest(dense(draft)), same: steps === draft.history.done.length });
""",
        {"width": W, "height": H, "actions": actions},
    )
    assert answers["during"] != answers["before"] == answers["after"]
    assert answers["same"]


def test_marks_are_taken_from_another_version_and_its_gaps_leave_the_draft_alone(js):
    answers = js(
        DRAW
        + """
const other = new Tiles(width, height);
for (let y = 0; y < 4; y++) other.across(y, 600, 640, (key, start, end) => other.fill(key, start, end, 3));
draft.act("mine", [0, 590, 610], 1);
draft.act("take", [0, 580, 620, 1, 580, 620], other);
answer([draft.tiles.read(588, 0, 34, 1), draft.tiles.read(588, 1, 34, 1)]);
""",
        {"width": W, "height": H, "actions": []},
    )
    assert answers[0] == [0, 0] + [1] * 10 + [3] * 20 + [0, 0]
    assert answers[1] == [0] * 12 + [3] * 20 + [0, 0]


PATCHES = """
import { Draft } from "./editor/draft.js";
import { Patch } from "./editor/patch.js";
import { pack, unpack } from "./editor/runs.js";
import { sweep } from "./editor/brush.js";
const { width, height, actions } = given;
const draft = new Draft(width, height);
draft.act("start", sweep(600, 500, 300, 700, 600, 300), 3);
draft.history.done.length = 0;
const start = new Map([...draft.tiles.held].map(([key, labels]) => [key, labels.slice()]));
const patch = new Patch("one");
draft.changed.push((key, start, end, label) => patch.note(key, start, end, label));
for (const [x0, y0, x1, y1, radius, label] of actions) draft.act("brush", sweep(x0, y0, radius, x1, y1, radius), label);
for (let i = 0; i < 3; i++) draft.undo();
"""


def test_patches_over_the_start_give_the_end_and_twice_is_as_good_as_once(js, actions):
    answers = js(
        PATCHES
        + """
const rebuilt = (times) => {
  const squares = new Map();
  for (let i = 0; i < times; i++) {
    for (const key of patch.squares.keys()) {
      const labels = squares.get(key) ?? start.get(key)?.slice() ?? new Uint8Array(512 * 512);
      patch.over(key, labels);
      squares.set(key, labels);
    }
  }
  return squares;
};
const same = (squares) => [...squares].every(([key, labels]) =>
  labels.every((label, i) => label === (draft.tiles.held.get(key)?.[i] ?? 0)));
const packed = [...patch.squares].every(([key, labels]) => {
  const again = unpack(pack(labels));
  return labels.every((label, i) => label === again[i]);
});
const all = [...draft.tiles.held.keys()].every((key) => patch.squares.has(key));
answer({ once: same(rebuilt(1)), twice: same(rebuilt(2)), packed, all, squares: patch.squares.size });
""",
        {"width": W, "height": H, "actions": actions},
    )
    assert answers == {"once": True, "twice": True, "packed": True, "all": True, "squares": 9}


def test_the_history_of_a_long_day_is_small(js):
    rng = np.random.default_rng(11)
    given = [[*rng.uniform(0, 1000, 4).tolist(), 20.0, int(rng.integers(1, 5))] for _ in range(200)]
    size = js(
        DRAW
        + """
for (const action of actions) draw(action);
answer(draft.history.done.flatMap(({ squares }) => [...squares.values()]).reduce((sum, it) => sum + it.length, 0));
""",
        {"width": W, "height": H, "actions": given},
    )
    assert size < 200 * 8_000

"""Mutants of a module's functions: the same code with one small mistake each, to see whether a test notices.

A mutant changes one place inside one function: a comparison flipped, `and` for `or`, a condition negated, arithmetic
turned round, a constant changed, a statement or a keyword argument left out, two arguments swapped, `return None`.
Sentences for people, docstrings, annotations, decorators and what stands outside functions are left as they are, and so
is `update_fields`, which only spares work.
"""

from __future__ import annotations

import ast
import copy
import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

FLIPS: dict[type, tuple[type, ...]] = {
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
}  # fmt: skip
ARITHMETIC: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
WORDS = {"_", "gettext", "ngettext", "gettext_lazy", "pgettext"}  # what they are given is said to people
SPEED = {"update_fields"}  # keywords that spare work and change no outcome
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Change = Callable[[Any], ast.AST | None]  # of a copied node; None: leave the statement out


@dataclass(frozen=True)
class Mutant:
    """One mistake. name: module, line, column and kind; function: its qualified name; line, last: first and last line
    of what is changed; before, after: source.
    """

    name: str
    module: str
    function: str
    line: int
    last: int
    before: str
    after: str
    code: CodeType

    def plant(self) -> None:
        """Put the mistake into the running function; whoever imported that function runs the mistake as well."""
        live_function(importlib.import_module(self.module), self.function).__code__ = self.code


def mutants_of(module: ModuleType) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its source."""
    tree = ast.parse(inspect.getsource(module))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for name, function in functions_in(tree):
        try:
            original = live_function(module, name).__code__
        except AttributeError:
            continue
        for node in _inside(function):
            for kind, change in changes(node, parents):
                made = _made(module, tree, name, node, change)
                if made is None or made[1].co_freevars != original.co_freevars or made[1] == original:
                    continue
                place = f"{module.__name__}:{node.lineno}:{node.col_offset}:{kind}"
                about = (module.__name__, name, node.lineno, node.end_lineno or node.lineno)
                yield Mutant(place, *about, ast.unparse(node), *made)


def functions_in(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Functions and methods by qualified name; what stands inside a function belongs to it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, FUNCTIONS):
            yield inside + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from functions_in(node, f"{inside}{node.name}.")
        else:
            yield from functions_in(node, inside)


def live_function(module: ModuleType, name: str) -> FunctionType:
    """The running function of that name, below whatever wraps it. Raises `AttributeError`."""
    found: Any = module
    for part in name.split("."):
        found = vars(found).get(part)
    while not isinstance(found, FunctionType) or hasattr(found, "__wrapped__"):
        inner = (getattr(found, part, None) for part in ("__wrapped__", "__func__", "fget", "func"))
        found = next((it for it in inner if it is not None), None)
        if found is None:
            raise AttributeError(name)
    return found


def changes(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[tuple[str, Change]]:
    """What can go wrong at a node: kind and change."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in FLIPS[type(operator)]:
                yield f"compare{place}-{other.__name__}", lambda it, p=place, o=other: _set(it.ops, p, o(), it)
    elif isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield "bool", lambda it: _put(it, op=other())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not", lambda it: it.operand
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "sign", lambda it: it.operand
    elif isinstance(node, ast.BinOp | ast.AugAssign) and not _says_something(node):
        yield "arithmetic", lambda it: _put(it, op=ARITHMETIC[type(it.op)]())
    elif isinstance(node, ast.Constant):
        yield from _constants(node, parents)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    if isinstance(node, ast.If | ast.While | ast.IfExp) and isinstance(node.test, ast.Name | ast.Attribute | ast.Call):
        yield "negate", lambda it: _put(it, test=ast.UnaryOp(ast.Not(), it.test))
    yield from _statements(node)


def _statements(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if _can_be_left_out(node):
        yield "remove", lambda it: None
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield "return-none", lambda it: _put(it, value=ast.Constant(None))
    elif isinstance(node, ast.Break):
        yield "continue", lambda it: ast.Continue()
    elif isinstance(node, ast.Continue):
        yield "break", lambda it: ast.Break()


def _constants(node: ast.Constant, parents: dict[ast.AST, ast.AST]) -> Iterator[tuple[str, Change]]:
    above = parents.get(node)
    said = isinstance(above, ast.Call) and getattr(above.func, "id", "") in WORDS
    if said or isinstance(above, ast.Expr | ast.JoinedStr | ast.FormattedValue) or node.value in (None, ..., ""):
        return
    if isinstance(node.value, bool):
        yield "constant", lambda it: _put(it, value=not it.value)
    elif isinstance(node.value, int | float):
        yield "constant", lambda it: _put(it, value=it.value + 1)
    elif isinstance(node.value, str | bytes):
        yield "constant", lambda it: _put(it, value=it.value[:0])


def _calls(node: ast.Call) -> Iterator[tuple[str, Change]]:
    if getattr(node.func, "id", "") in WORDS:
        return
    first = node.args[:2]
    unlike = len(first) == 2 and ast.dump(first[0]) != ast.dump(first[1])
    if unlike and not any(isinstance(it, ast.Starred) for it in first):
        yield "swap", lambda it: _put(it, args=[it.args[1], it.args[0], *it.args[2:]])
    for place, keyword in enumerate(node.keywords):
        if keyword.arg not in (None, *SPEED):
            rest = [*range(place), *range(place + 1, len(node.keywords))]
            yield f"without-{keyword.arg}", lambda it, rest=rest: _put(it, keywords=[it.keywords[at] for at in rest])


def _says_something(node: ast.BinOp | ast.AugAssign) -> bool:
    """Whether a sentence is filled in, as in `_("…") % {…}`."""
    left = node.left if isinstance(node, ast.BinOp) else None
    words = isinstance(left, ast.Call) and getattr(left.func, "id", "") in WORDS
    return words or (isinstance(left, ast.Constant) and isinstance(left.value, str)) or type(node.op) not in ARITHMETIC


def _can_be_left_out(node: ast.AST) -> bool:
    """A call for its effect, an error, and what changes a thing that is there; the name of a value is needed."""
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):
        return not isinstance(node.targets[0], ast.Name | ast.Tuple)
    return isinstance(node, ast.Raise | ast.AugAssign | ast.Delete)


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _put(node: Any, **fields: Any) -> Any:
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def _set(items: list, place: int, value: Any, node: Any) -> Any:
    items[place] = value
    return node


def _inside(function: Any) -> Iterator[Any]:
    """The nodes of a function's body, without annotations."""
    for statement in function.body:
        hidden = {id(part) for it in ast.walk(statement) for part in _annotations(it)}
        yield from (it for it in ast.walk(statement) if hasattr(it, "lineno") and id(it) not in hidden)


def _annotations(node: Any) -> Iterator[ast.AST]:
    for name in ("annotation", "returns"):
        if isinstance(part := getattr(node, name, None), ast.AST):
            yield from ast.walk(part)


def _made(module: ModuleType, tree: ast.Module, name: str, node: Any, change: Change) -> tuple[str, CodeType] | None:
    """Source and code of the changed function; None where Python does not take it."""
    memo: dict[int, Any] = {}
    whole = copy.deepcopy(tree, memo)
    target = memo[id(node)]
    after = change(target)
    if after is not target:
        _Exchange(target, ast.Pass() if after is None else after).visit(whole)
    said = "" if after is None else ast.unparse(ast.fix_missing_locations(after))
    ast.fix_missing_locations(whole)
    try:
        code = compile(whole, module.__file__ or "mutant", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, TypeError):
        return None
    return next(((said, it) for it in _codes(code) if it.co_qualname == name), None)


class _Exchange(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return ast.copy_location(self.new, node) if node is self.old else super().visit(node)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for it in code.co_consts:
        if isinstance(it, CodeType):
            yield it
            yield from _codes(it)

"""Every small thing that can go wrong in one of the three forms, as a changed copy of it."""

from __future__ import annotations

import ast
import copy
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import product
from types import ModuleType
from typing import Any

from django.db.models import Q

from levee.policy.actions import Action
from levee.policy.actors import Actor, Capacity, OrganisationKind, PrincipalKind, Role, Standing
from levee.policy.decide import RULES, Facts, Rule, decide
from policy.witnesses.kind import See
from policy.worlds import draw

SETS: Mapping[str, type] = {
    "roles": Role,
    "capacities": Capacity,
    "kinds": OrganisationKind,
    "principals": PrincipalKind,
    "standings": Standing,
}


def of_rule(action: Action) -> Iterator[tuple[str, dict[Action, Rule]]]:
    """The policy table with one row removed, or one condition of it one step wider or narrower."""
    rule = RULES[action]
    yield f"policy {action}: removed", {each: row for each, row in RULES.items() if each is not action}
    for name, members in SETS.items():
        held = getattr(rule, name)
        if name == "capacities" and not held:
            continue  # an empty set asks nothing, and one that asks is another rule
        for member in members:
            changed = held ^ {member}
            if changed:
                sign = "-" if member in held else "+"
                yield f"policy {action}: {name} {sign}{member}", {**RULES, action: replace(rule, **{name: changed})}
    for name in ("own", "self_only"):
        flipped = not getattr(rule, name)
        if rule.capacities or rule.own or rule.self_only:
            yield f"policy {action}: {name}={flipped}", {**RULES, action: replace(rule, **{name: flipped})}


def answers_alike(action: Action, rules: Mapping[Action, Rule], facts: Iterable[Facts]) -> bool:
    """Whether no question that can be asked about the action tells this table from the true one: no mutant then."""
    return all(
        type(decide(action, actor, each, rules)) is type(decide(action, actor, each))
        for actor, each in _questions(list(facts))
    )


def _questions(facts: list[Facts]) -> Iterator[tuple[Actor, Facts]]:
    some = draw(0).actors[0]
    people = (PrincipalKind.PERSON, PrincipalKind.AGENT)
    for principal, kind, standing, role in product(people, OrganisationKind, Standing, Role):
        actor = replace(
            some, kind=principal, organisation_kind=kind, standing=standing, roles=frozenset({role}), live=True
        )
        yield from ((actor, each) for each in facts)
    service = replace(
        some,
        kind=PrincipalKind.SERVICE,
        organisation_kind=OrganisationKind.CLEARINGHOUSE,
        standing=Standing.JOINED,
        roles=frozenset(),
        live=True,
    )
    yield from ((service, each) for each in facts)


@dataclass(frozen=True)
class ScopeMutant:
    """A scope module with one thing changed: its functions by name."""

    name: str
    functions: Mapping[str, Callable[..., Any]]


def scope_with(module: ModuleType, mutant: ScopeMutant, witness: See) -> Callable[[Actor], Q] | None:
    """A witness's scope as it is with a mutant of its module, or of the one that all scopes share, in place."""
    scope = witness.scope
    if scope is None:
        return None
    if scope.__module__ == module.__name__:
        found: Callable[[Actor], Q] = mutant.functions[scope.__name__]
        return found
    space = dict(vars(import_module(scope.__module__)))
    shared = {name for name, value in space.items() if getattr(value, "__module__", "") == module.__name__}
    space |= {name: mutant.functions[name] for name in shared}
    exec(inspect.getsource(scope), space)  # noqa: S102 - the same
    again: Callable[[Actor], Q] = space[scope.__name__]
    return again


def of_scopes(module: ModuleType) -> Iterator[ScopeMutant]:
    """Each function made to show everything and nothing; each condition dropped; each capacity dropped or exchanged."""
    tree = ast.parse(inspect.getsource(module))
    for change, changed in (*_emptied(tree), *_without_conditions(tree), *_other_capacities(tree)):
        space: dict[str, Any] = {"__name__": module.__name__}
        exec(compile(ast.fix_missing_locations(changed), f"<mutant of {module.__name__}>", "exec"), space)  # noqa: S102 - our own source, changed in one place
        yield ScopeMutant(f"scope {module.__name__}: {change}", space)


def _emptied(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Name) and node.returns.id == "Q":
            for name, body in (("everything", "Q()"), ("nothing", "Q(pk__in=[])")):
                changed = copy.deepcopy(tree)
                changed.body.insert(0, ast.parse("from django.db.models import Q").body[0])
                for other in changed.body:
                    if isinstance(other, ast.FunctionDef) and other.name == node.name:
                        other.body = ast.parse(f"return {body}").body
                changed.body.sort(key=_future_first)
                yield f"{node.name} shows {name}", changed


def _future_first(node: ast.stmt) -> int:
    return 0 if isinstance(node, ast.ImportFrom) and node.module == "__future__" else 1


def _places(tree: ast.Module, wanted: Callable[[ast.AST], bool]) -> Iterator[tuple[ast.Module, Any]]:
    for number in range(sum(wanted(node) for node in ast.walk(tree))):
        changed = copy.deepcopy(tree)
        yield changed, [node for node in ast.walk(changed) if wanted(node)][number]


def _without_conditions(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    for changed, node in _places(tree, lambda each: isinstance(each, ast.BoolOp)):
        for index, dropped in enumerate(node.values):
            node.values[index] = ast.Constant(value=isinstance(node.op, ast.And))
            yield f"without {ast.unparse(dropped)}", copy.deepcopy(changed)
            node.values[index] = dropped
    for changed, node in _places(tree, _is_filter):
        every = node.keywords
        for dropped in every:
            node.keywords = [each for each in every if each is not dropped]
            yield f"without {ast.unparse(dropped)}", copy.deepcopy(changed)
        node.keywords = every


def _is_filter(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and node.keywords):
        return False
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return name in {"filter", "Q"} and all(each.arg for each in node.keywords)


def _other_capacities(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    def is_capacity(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Capacity"

    for changed, node in _places(tree, is_capacity):
        before = node.attr
        for other in Capacity:
            if other.name != before:
                node.attr = other.name
                yield f"{other} instead of {before.lower()}", copy.deepcopy(changed)


# What a condition of row-level security is made of, as PostgreSQL prints it.
ATOMS = (
    r"\( SELECT levee_(?:has|is)\(ARRAY\[[^\]]*\]\) AS levee_(?:has|is)\)",
    r"\(\( SELECT levee_(?:kind|standing)\(\) AS levee_(?:kind|standing)\) = '[a-z]+'::text\)",
    r"\(access_grant\.until IS NULL\)",
    r"\(access_grant\.party = \( SELECT levee_party\(\) AS levee_party\)\)",
    r"\([a-z]+ = \( SELECT levee_(?:party|organisation|actor)\(\) AS levee_(?:party|organisation|actor)\)\)",
)
# That a party reads its own grants alone is a second wall behind each condition on them, so that it is opened as well.
OTHER_WALL = "alter policy access_grant_see on access_grant using (true); "
CAPACITY = r"'(?:owner|finder|vendor|observer|service)'::text"


def of_policy(table: str, name: str, using: str | None, check: str | None) -> Iterator[tuple[str, str]]:
    """SQL that drops one policy, opens it to everything, or drops one condition or capacity of it."""
    yield f"row-level security {name}: dropped", f"drop policy {name} on {table}"
    yield f"row-level security {name}: true", _altered(table, name, using and "true", check and "true")
    every = f"{using or ''} {check or ''}"
    found = {match for pattern in ATOMS for match in re.findall(pattern, every)}
    for atom in sorted(found):
        altered = _altered(
            table, name, using and using.replace(atom, "(true)"), check and check.replace(atom, "(true)")
        )
        yield f"row-level security {name}: without {atom}", (OTHER_WALL if "grant.party" in atom else "") + altered
    for capacity in sorted(set(re.findall(CAPACITY, every))):
        yield (
            f"row-level security {name}: without {capacity}",
            _altered(table, name, using and using.replace(capacity, "'-'"), check and check.replace(capacity, "'-'")),
        )


def _altered(table: str, name: str, using: str | None, check: str | None) -> str:
    clauses = (f"using ({using})" if using else "", f"with check ({check})" if check else "")
    return f"alter policy {name} on {table} {' '.join(filter(None, clauses))}"

"""Open cases that may be one matter, put together for a desk: a person decides what is merged."""

from collections.abc import Iterable

from langnghe.cases.models import Case
from langnghe.registry.models import Body
from langnghe.situation.models import Comparison, SameMatter


def groups(desk: Body) -> list[list[Case]]:
    """Return the groups of open cases of a desk, each from its oldest case on, the newest group first.

    Two cases are in one group when they, or cases between them, were taken for the same matter and not told apart.
    """
    own = {f"{end}__{name}": value for end in ("first", "second") for name, value in _open(desk).items()}
    pairs = SameMatter.objects.filter(**own).select_related("first__place", "second__place")
    apart = set(Comparison.objects.filter(same=False, first__holder=desk).values_list("first", "second"))
    linked = [(pair.first, pair.second) for pair in pairs if (pair.first_id, pair.second_id) not in apart]
    cases = {case.pk: case for pair in linked for case in pair}
    found = _components((first.pk, second.pk) for first, second in linked)
    return [[cases[pk] for pk in sorted(group)] for group in sorted(found, key=min, reverse=True)]


def _open(desk: Body) -> dict[str, object]:
    return {"holder": desk, "settled": None, "state__in": Case.OPEN}


def _components(pairs: Iterable[tuple[int, int]]) -> list[set[int]]:
    """Return the connected components of a graph given by its edges."""
    component: dict[int, set[int]] = {}
    for first, second in pairs:
        joined = component.get(first, {first}) | component.get(second, {second})
        for one in joined:
            component[one] = joined
    return list({id(group): group for group in component.values()}.values())

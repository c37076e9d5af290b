"""The stored leaves are what another library makes of their values: RFC 8785, byte for byte."""

import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from events_store.log import LeafLog


@pytest.fixture(scope="module")
def leaves(built: Path) -> list[bytes]:
    with LeafLog(built / "jejak.db") as log:
        return [data for _index, _type, data in log.leaves(0, log.size)]


def test_every_leaf_of_the_demo_is_canonical(leaves: list[bytes]) -> None:
    assert len(leaves) > 1000
    for leaf in leaves:
        assert rfc8785.dumps(json.loads(leaf)) == leaf


@pytest.mark.parametrize(
    "respell",
    [
        pytest.param(lambda leaf: leaf.replace(b'":', b'": ', 1), id="a blank"),
        pytest.param(lambda leaf: leaf + b"\n", id="a newline at the end"),
        pytest.param(lambda leaf: json.dumps(json.loads(leaf)).encode(), id="Python's own form"),
        pytest.param(lambda leaf: leaf.replace(b"a", b"\\u0061", 1), id="an escape"),
    ],
)
def test_the_library_tells_another_spelling_apart(leaves: list[bytes], respell: object) -> None:
    assert callable(respell)
    for leaf in leaves[:50]:
        other = respell(leaf)
        assert json.loads(other) == json.loads(leaf)
        assert rfc8785.dumps(json.loads(other)) == leaf != other


@pytest.mark.parametrize("value", [2**53, -(2**53), float("nan"), {1: 2}])
def test_the_library_refuses_what_no_leaf_may_hold(value: Any) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        rfc8785.dumps(value)

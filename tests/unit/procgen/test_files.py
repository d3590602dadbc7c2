"""Places: what a path or a URL stands for."""

from pathlib import Path

import pytest
from upath import UPath

from procgen import ProcgenError
from procgen.files import is_remote, local_place, place

HERE = {
    "a/b": "a/b",
    "/a/b": "/a/b",
    "c:/a": "c:/a",
    "./s3:/a": "s3:/a",
    "file:///a/b": "/a/b",
    "FILE:///a/b": "/a/b",
    "file:/a/b": "/a/b",
    "file://localhost/a/b": "/a/b",
    "file:///a%20b": "/a b",
    "local:///a/b": "/a/b",
    Path("file:///a/b"): "/a/b",
    UPath("file:///a/b"): "/a/b",
}


@pytest.mark.parametrize(("given", "meant"), HERE.items(), ids=str)
def test_places_on_this_machine(given, meant):
    for found in (place(given), local_place(given)):
        assert not is_remote(found)
        assert found == Path(meant)


@pytest.mark.parametrize(
    ("given", "words"),
    {
        "file://elsewhere/a": "names no path of this machine",
        "file://a": "names no path of this machine",
        Path("s3://bucket/a"): "has lost a slash",
        "nosuch://a": "cannot be used",
        "zip://a.txt::/nowhere/x.zip": r"cannot be used \(No such file",
    }.items(),
    ids=str,
)
def test_places_that_are_none(given, words):
    with pytest.raises(ProcgenError, match=words):
        place(given)

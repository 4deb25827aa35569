"""Pages are read again when their data change, and only then."""

import types

import pytest
from labsite import inputs


@pytest.fixture
def env(monkeypatch):
    values = {"a": 1}
    monkeypatch.setitem(inputs.SOURCES, "value", lambda name: values[name])
    found = types.SimpleNamespace(docname="page", found_docs={"page"}, values=values)
    inputs.note(found, "value", "a")
    return found


def outdated(env):
    return inputs.outdated(None, env, set(), set(), set())


def test_same_data(env):
    assert outdated(env) == []


def test_other_data(env):
    env.values["a"] = 2
    assert outdated(env) == ["page"]


def test_data_that_is_gone(env):
    del env.values["a"]
    assert outdated(env) == ["page"]


def test_a_page_that_is_purged(env):
    inputs.purge(None, env, "page")
    env.values["a"] = 2
    assert outdated(env) == []


def test_what_a_parallel_reader_noted_is_kept(env):
    main = types.SimpleNamespace(docname="", found_docs={"page"})
    inputs.merge(None, main, {"page"}, env)
    env.values["a"] = 2
    assert outdated(main) == ["page"]

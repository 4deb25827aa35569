"""Recorded runs, as the site tells them."""

from labsite.proofs import backend_name, describe


def test_a_run_in_words():
    entry = {
        "claims": 8,
        "seeds": [0, 1, 2, 3, 4],
        "versions": {"python": "3.11.7", "keras": "3.15.1", "jax": "0.10.2"},
    }
    assert describe("jax", entry) == (
        "8 claims held for 5 seeds, with Keras 3.15.1 and JAX 0.10.2"
    )


def test_one_of_each():
    entry = {"claims": 1, "seeds": [0], "versions": {"keras": "3.15.1"}}
    assert describe("torch", entry) == "1 claim held for 1 seed, with Keras 3.15.1"


def test_names_of_backends():
    assert [backend_name(b) for b in ("tensorflow", "torch")] == [
        "TensorFlow",
        "PyTorch",
    ]

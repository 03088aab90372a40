import threading

import numpy as np
import pytest

import nmfsep


@pytest.fixture
def X(rng):
    """Frames of four atoms, frames × bins."""
    W = rng.random((4, 60)) ** 4
    return (rng.random((90, 4)) ** 2 @ W).astype(np.float32)


def divergence(X, R):
    X, R = X.astype(float), R.astype(float)
    return float((X * np.log(np.where(X > 0, X / R, 1)) - X + R).sum())


def test_components_explain_what_they_were_made_of(X):
    model = nmfsep.NMF(4, max_iter=500)
    activations = model.fit_transform(X)
    assert activations.shape == (90, 4) and model.components_.shape == (4, 60)
    assert activations.dtype == model.components_.dtype == np.float32
    np.testing.assert_allclose(model.components_.sum(axis=1), 1, rtol=1e-5)
    reached = divergence(X, model.inverse_transform(activations))
    assert reached == pytest.approx(model.reconstruction_err_, rel=0.02, abs=0.02)
    assert reached < 0.05 * divergence(X, np.broadcast_to(X.mean(axis=0), X.shape))
    assert 1 <= model.n_iter_ <= 500


def test_a_seed_makes_the_same_bits_and_another_others(X):
    first, again, other = (nmfsep.NMF(4, random_state=s).fit(X).components_ for s in (3, 3, 4))
    assert (first == again).all() and (first != other).any()
    assert (nmfsep.NMF(4).fit(X).components_ == nmfsep.NMF(4, random_state=0).fit(X).components_).all()


def test_fixed_components_stay_and_come_first(X, rng):
    known = rng.random((2, 60)).astype(np.float32)
    model = nmfsep.NMF(3, fixed=known).fit(X)
    assert model.components_.shape == (5, 60)
    unit = known / known.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.components_[:2], unit, rtol=1e-5)
    assert model.transform(X).shape == (90, 5)


def test_activations_of_known_components(X, rng):
    H = rng.random((30, 4)).astype(np.float32)
    W = 7 * rng.random((4, 60)).astype(np.float32)
    found = nmfsep.infer_activations(H @ W, W, max_iter=3000, tol=0)
    np.testing.assert_allclose(found, H, atol=0.02)
    split = [nmfsep.infer_activations(part, W) for part in np.split(H @ W, [11])]
    assert (np.concatenate(split) == nmfsep.infer_activations(H @ W, W)).all()


def test_arguments_reach_the_search(X):
    usual = nmfsep.NMF(4).fit(X)
    for change in (
        {"beta_loss": "frobenius"},
        {"beta_loss": "itakura-saito"},
        {"beta_loss": 0.5},
        {"solver": "multiplicative"},
        {"max_iter": 7},
        {"tol": 0.5},
        {"sparsity": 1.0},
    ):
        model = nmfsep.NMF(4, **change).fit(X)
        assert (model.components_ != usual.components_).any(), change
    assert nmfsep.NMF(4, max_iter=7).fit(X).n_iter_ == 7
    one = nmfsep.NMF(4, beta_loss=1).fit(X)
    assert (one.components_ == usual.components_).all()


def test_memory_is_not_copied(X):
    core = nmfsep._nmfsep
    options = core.NmfOptions()
    options.components = 2
    H, W, _ = core.factorise(X, None, options, None)
    assert not H.flags.owndata and H.flags.c_contiguous and W.flags.c_contiguous
    with pytest.raises(TypeError):  # nothing is converted behind the caller's back
        core.factorise(np.asfortranarray(X), None, options, None)
    kept = H[3:5]
    expected = H[3:5].copy()
    del H, W
    assert (kept == expected).all()


@pytest.mark.parametrize(
    "model, text",
    [
        (nmfsep.NMF(0), "components = 0, must be"),
        (nmfsep.NMF(max_iter=0), "iterations = 0, must be"),
        (nmfsep.NMF(tol=2), "tolerance = 2, must be"),
        (nmfsep.NMF(solver="newton"), "solver = 'newton', must be"),
        (nmfsep.NMF(beta_loss=9), "9"),
        (nmfsep.NMF(sparsity=-1), "-1"),
        (nmfsep.NMF(fixed=np.ones((2, 3))), "bins"),
    ],
)
def test_errors_are_value_errors_with_the_programs_texts(X, model, text):
    with pytest.raises(ValueError, match=text) as caught:
        model.fit(X)
    assert isinstance(caught.value, nmfsep.InvalidArgument)


def test_bad_matrices_are_refused(X):
    for bad in (-X, X * np.nan, X[0]):
        with pytest.raises(ValueError):
            nmfsep.NMF(2).fit(bad)
    model = nmfsep.NMF(2).fit(X)
    with pytest.raises(ValueError, match="features"):
        model.transform(X[:, :9])
    with pytest.raises(ValueError, match="fit"):
        nmfsep.NMF(2).transform(X)
    with pytest.raises(ValueError, match="not all zero"):
        nmfsep.infer_activations(X, np.zeros((1, 60)))


def test_progress_is_told_and_may_end_it(X):
    told = []
    nmfsep.NMF(4, progress=lambda *what: told.append(what)).fit(X)
    assert told and told[-1][0] and all(0 <= done <= total for _, done, total, _ in told)
    with pytest.raises(nmfsep.Cancelled):
        nmfsep.NMF(4, progress=lambda *what: False).fit(X)

    def fails(*what):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        nmfsep.NMF(4, progress=fails).fit(X)


def test_other_threads_go_on(rng):
    X = rng.random((2000, 1025), dtype=np.float32)
    done = threading.Event()
    worker = threading.Thread(
        target=lambda: (nmfsep.NMF(40, max_iter=60, tol=0).fit(X), done.set())
    )
    worker.start()
    turns = 0
    while not done.wait(0.01):
        turns += 1
    worker.join()
    assert turns > 10


INTERRUPTED = """
import numpy, nmfsep, _thread, threading, time
X = numpy.random.default_rng(0).random((4000, 1025), dtype=numpy.float32)
threading.Timer(1.0, _thread.interrupt_main).start()
begun = time.monotonic()
try:
    nmfsep.NMF(100, max_iter=100000, tol=0).fit(X)
except KeyboardInterrupt:
    print("interrupted", time.monotonic() - begun < 20)
"""


def test_ctrl_c_ends_it():
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "interrupted True", done.stderr


def test_works_without_scikit_learn(X):
    import subprocess
    import sys

    code = (
        "import sys; sys.modules['sklearn'] = None\n"
        "import numpy as np, nmfsep\n"
        "X = np.random.default_rng(0).random((30, 20))\n"
        "model = nmfsep.NMF(3).set_params(max_iter=5)\n"
        "assert model.fit(X).transform(X).shape == (30, 3)\n"
        "assert model.get_params()['max_iter'] == 5\n"
        "assert list(model.get_feature_names_out()) == ['nmf0', 'nmf1', 'nmf2']\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_it_is_an_estimator_to_scikit_learn():
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    failed = [
        f"{result['check_name']}: {result['exception']}"
        for result in checks.check_estimator(nmfsep.NMF(2, max_iter=300), on_fail=None)
        if result["status"] == "failed"
    ]
    assert failed == []

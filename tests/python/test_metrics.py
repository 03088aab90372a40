"""The metrics beside those whose names they bear: the programs themselves where they are
installed, and what BSS Eval is by definition."""

import sys
import types
import warnings

import numpy as np
import pytest

from nmfsep import metrics

warnings.filterwarnings("ignore", category=FutureWarning)


def peer(name):
    if name == "museval":  # which loads musdb, and that ffmpeg, which scoring does without
        sys.modules.setdefault("musdb", types.ModuleType("musdb"))
    return pytest.importorskip(name)


def sources(rng, shape, leak=0.2, noise=0.1):
    """References and estimates, in which the next source leaks and some noise is."""
    references = rng.standard_normal(shape)
    leaking = references + leak * np.roll(references, 1, axis=0)
    return references, leaking + noise * rng.standard_normal(shape)


def assert_alike(ours, theirs, tolerance=1e-6):
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs):
        np.testing.assert_allclose(np.asarray(one, float), np.asarray(other, float), atol=tolerance)


@pytest.mark.parametrize("permute", [True, False])
@pytest.mark.parametrize("name", ["bss_eval_sources", "bss_eval_images"])
def test_whole_signals_score_as_in_mir_eval(rng, name, permute):
    references, estimates = sources(rng, (3, 6000))
    estimates = estimates[[2, 0, 1]]
    theirs = getattr(peer("mir_eval").separation, name)(references, estimates, permute)
    ours = getattr(metrics, name)(references, estimates, permute)
    assert_alike(ours, theirs)
    assert ours[-1].tolist() == ([1, 2, 0] if permute else [0, 1, 2])


@pytest.mark.parametrize("name", ["bss_eval_sources_framewise", "bss_eval_images_framewise"])
def test_frames_score_as_in_mir_eval(rng, name):
    references, estimates = sources(rng, (2, 9000))
    references[1, 3000:6000] = 0
    theirs = getattr(peer("mir_eval").separation, name)(references, estimates, 3000, 1500)
    ours = getattr(metrics, name)(references, estimates, 3000, 1500)
    assert np.isnan(ours[0]).any() and not np.isnan(ours[0]).all()
    assert_alike(ours, theirs)


def test_stereo_images_score_as_in_mir_eval(rng):
    references, estimates = sources(rng, (2, 5000, 2))
    theirs = peer("mir_eval").separation.bss_eval_images(references, estimates)
    assert_alike(metrics.bss_eval_images(references, estimates), theirs)


def test_all_of_mir_eval_by_its_names(rng):
    references, estimates = sources(rng, (2, 6000))
    theirs = peer("mir_eval").separation.evaluate(references, estimates)
    ours = metrics.mir_eval.evaluate(references, estimates)
    assert list(ours) == list(theirs)
    for name in theirs:
        np.testing.assert_allclose(ours[name], theirs[name], atol=1e-6, err_msg=name)
    # mir_eval 0.8.2 drops keywords; we do as its documentation says.
    framed = metrics.mir_eval.evaluate(references, estimates, window=2000, hop=1000)
    assert np.shape(framed["Sources Frames - Source to Artifact"]) == (2, 5)


@pytest.mark.parametrize("mode", ["v3", "v4"])
def test_evaluate_scores_as_museval(rng, mode):
    references, estimates = sources(rng, (2, 12000, 2))
    references[0, 4000:8000] = 0
    theirs = peer("museval").evaluate(references, estimates[:, :11000], 4000, 2000, mode)
    ours = metrics.evaluate(references, estimates[:, :11000], 4000, 2000, mode)
    assert ours[0].shape == (2, 5)
    assert_alike(ours, theirs)


@pytest.mark.parametrize("own_filters", [True, False])
def test_assigned_sources_score_as_in_museval(rng, own_filters):
    references, estimates = sources(rng, (2, 8000, 1))
    settings = dict(window=3000, hop=2500.5, compute_permutation=True, framewise_filters=own_filters)
    theirs = peer("museval").metrics.bss_eval(references, estimates[::-1], **settings)
    ours = metrics.bss_eval(references, estimates[::-1], **settings)
    assert ours[4].shape == theirs[4].shape
    assert_alike(ours, theirs)
    assert (ours[4][:, 0] == [1, 0]).all()


def test_the_other_functions_of_museval_have_its_shapes(rng):
    references, estimates = sources(rng, (2, 5000, 1))
    theirs = peer("museval").metrics
    for name in ("bss_eval_sources", "bss_eval_images"):
        assert_alike(
            getattr(metrics.museval, name)(references, estimates),
            getattr(theirs, name)(references, estimates),
        )
    for name in ("bss_eval_sources_framewise", "bss_eval_images_framewise"):
        assert_alike(
            getattr(metrics.museval, name)(references, estimates, 2000, 1000),
            getattr(theirs, name)(references, estimates, 2000, 1000),
        )


@pytest.mark.parametrize("extended", [False, True])
def test_intelligibility_is_that_of_pystoi(rng, extended):
    time = np.arange(16000 * 3) / 16000
    clean = rng.standard_normal(time.size) * (1 + np.sin(2 * np.pi * 4 * time))
    heard = clean + rng.standard_normal(time.size)
    theirs = peer("pystoi").stoi(clean, heard, 16000, extended)
    assert metrics.stoi(clean, heard, 16000, extended) == pytest.approx(theirs, abs=1e-6)


def test_too_little_speech_has_no_score(rng):
    clean = rng.standard_normal(2000)
    with pytest.warns(RuntimeWarning, match="30 frames"):
        assert metrics.stoi(clean, clean, 10000) == 1e-5


def test_images_are_energies_by_definition(rng):
    references, estimates = sources(rng, (2, 4000))
    error = ((references - estimates) ** 2).sum(axis=1)
    sdr = metrics.bss_eval_images(references, estimates, False)[0]
    np.testing.assert_allclose(sdr, 10 * np.log10((references**2).sum(axis=1) / error))


def test_ratios_without_filters_are_energies_by_definition(rng):
    references, estimates = sources(rng, (2, 4000, 2))
    scores = metrics.energy_ratios(references, estimates)
    for j in range(2):
        s, e = references[j].ravel(), estimates[j].ravel()
        target = (s @ e) / (s @ s) * s
        expected = 10 * np.log10((target @ target) / ((e - target) @ (e - target)))
        assert scores["si_sdr"][j] == pytest.approx(expected)
    assert scores["snr"].shape == (2,)
    with pytest.raises(ValueError, match="no reference"):
        metrics.energy_ratios(references[:0], estimates[:0])


def test_a_single_source_has_no_interference(rng):
    references, estimates = sources(rng, (1, 4000), leak=0)
    sdr, sir, sar, perm = metrics.bss_eval_sources(references[0], estimates[0])
    assert sir[0] == np.inf and np.isfinite(sdr[0]) and np.isfinite(sar[0]) and perm[0] == 0


def test_any_layout_and_type_scores_alike(rng):
    references, estimates = sources(rng, (2, 4000))
    references, estimates = (a.astype(np.float32) for a in (references, estimates))
    expected = metrics.bss_eval_sources(references, estimates)
    turned = metrics.bss_eval_sources(
        np.asfortranarray(references).astype(float), np.repeat(estimates, 2, axis=1)[:, ::2]
    )
    for one, other in zip(expected, turned):
        assert (one == other).all()


@pytest.mark.parametrize(
    "function",
    [metrics.bss_eval_sources, metrics.bss_eval_images, metrics.bss_eval, metrics.evaluate],
)
def test_what_cannot_be_scored_is_refused(rng, function):
    references = rng.standard_normal((2, 600, 1))
    if function is metrics.bss_eval_sources:
        references = references[:, :, 0]
    with pytest.raises(ValueError, match="silent estimated"):
        function(references, references * np.array([0, 1]).reshape((2, 1, 1)[: references.ndim]))
    with pytest.raises(ValueError, match="one shape"):
        function(references, references[:1])
    with pytest.raises(ValueError, match="NaN or infinity"):
        function(references, references + np.array([0, np.inf]).reshape((2, 1, 1)[: references.ndim]))
    with pytest.raises(ValueError, match="MAX_SOURCES"):
        function(np.ones((101, 9, 1)), np.ones((101, 9, 1)))


def test_empty_sources_have_empty_scores():
    with pytest.warns(UserWarning, match="reference_sources is empty"):
        assert [a.size for a in metrics.bss_eval_sources(np.array([]), np.array([]))] == [0] * 4


def test_frames_that_the_filters_explain_by_themselves_say_so(rng):
    references, estimates = sources(rng, (2, 300))
    with pytest.warns(RuntimeWarning, match="512 taps"):
        sdr, sir, sar, _ = metrics.bss_eval_sources(references, estimates)
    assert np.isnan(sir).all() and np.isnan(sar).all()


def test_channels_are_no_sources(rng):
    with pytest.raises(ValueError, match="2 channels"):
        metrics.bss_eval_sources(*sources(rng, (2, 900, 2)))

"""Training, separation and scores beside what the program does with the same material."""

import json
import subprocess
import sys
import wave

import numpy as np
import pytest
from safetensors.numpy import load_file

import nmfsep

SOURCES = ("drums", "bass", "piano")


@pytest.fixture(scope="module")
def audio(data):
    """The first seconds of what the sources are learnt from, and of the mixture: float32."""
    found = {name: nmfsep.read_audio(data / f"train/{name}.flac") for name in SOURCES}
    found["mixture"] = nmfsep.read_audio(data / "mixture.flac")
    return {name: samples[:, : 3 * rate].astype(np.float32) for name, (samples, rate) in found.items()}


@pytest.fixture(scope="module")
def rate(data):
    return nmfsep.read_audio(data / "mixture.flac")[1]


@pytest.fixture(scope="module")
def models(audio, rate):
    return [
        nmfsep.train(audio[name], name, sample_rate=rate, components=6, iterations=10)
        for name in SOURCES
    ]


@pytest.fixture(scope="module")
def by_program(program, data, tmp_path_factory):
    """A folder with models of drums and bass that the program made of whole files."""
    folder = tmp_path_factory.mktemp("program")
    for name in ("drums", "bass"):
        program("train", data / f"train/{name}.flac", "-c", 8, "-o", f"{name}.safetensors", cwd=folder)
    return folder


def assert_same_tensors(ours, theirs):
    ours, theirs = load_file(ours), load_file(theirs)
    assert ours.keys() == theirs.keys() and ours
    for name in ours:
        assert (ours[name] == theirs[name]).all(), name


def test_a_model_of_files_is_the_programs(by_program, data, tmp_path):
    model = nmfsep.train(data / "train/drums.flac", "drums", components=8)
    nmfsep.save_models(tmp_path / "drums.safetensors", model)
    assert_same_tensors(tmp_path / "drums.safetensors", by_program / "drums.safetensors")


def test_a_model_of_arrays_is_the_programs(by_program, data, tmp_path):
    samples, rate = nmfsep.read_audio(data / "train/drums.flac")
    model = nmfsep.train([samples], "drums", sample_rate=rate, components=8)
    nmfsep.save_models(tmp_path / "drums.safetensors", model)
    assert_same_tensors(tmp_path / "drums.safetensors", by_program / "drums.safetensors")


def test_settings_of_training_are_the_programs(program, data, tmp_path):
    program(
        *("train", data / "train/bass.flac", "-o", tmp_path / "theirs.safetensors", "--name", "bass"),
        *("-c", 5, "--iterations", 9, "--seed", 3, "--solver", "multiplicative"),
        *("--fft-size", 2048, "--window-size", 1024, "--window", "hamming"),
        *("--tolerance", 0, "--most-seconds", 4, "--magnitude-exponent", 0.8),
        *("--prior", "sparsity=0.5"),
    )
    model = nmfsep.train(
        data / "train/bass.flac",
        "bass",
        components=5,
        iterations=9,
        seed=3,
        solver="multiplicative",
        sparsity=0.5,
        fft_size=2048,
        window_size=1024,
        window="hamming",
        tolerance=0,
        most_seconds=4,
        magnitude_exponent=0.8,
    )
    nmfsep.save_models(tmp_path / "ours.safetensors", model)
    assert_same_tensors(tmp_path / "ours.safetensors", tmp_path / "theirs.safetensors")
    assert (model.analysis["fft_size"], model.analysis["hop"]) == (2048, 256)


@pytest.mark.parametrize(
    "settings",
    [
        dict(components=5, iterations=9, context=3, method="convolutive"),
        dict(components=2, iterations=4, states=3, draws=50, method="n-hmm"),
    ],
)
def test_methods_are_the_programs(program, data, tmp_path, settings):
    file = data / "train/bass.flac"
    flags = [word for name, value in settings.items() for word in (f"--{name}", value)]
    program("train", file, "-o", tmp_path / "theirs.safetensors", "--name", "bass", *flags)
    ours = nmfsep.train(file, "bass", hop=None, **settings)
    nmfsep.save_models(tmp_path / "ours.safetensors", ours)
    assert_same_tensors(tmp_path / "ours.safetensors", tmp_path / "theirs.safetensors")


def test_a_set_is_the_programs(program, audio, rate, data, tmp_path):
    files = [f"{name}={data / f'train/{name}.flac'}" for name in ("drums", "bass")]
    settings = ("-c", 20, "--ensemble", 1, "--mixture-seconds", 3, "--iterations", 5)
    program("train-set", *files, *settings, "-o", tmp_path / "theirs.safetensors")
    models = nmfsep.train_set(
        {name: data / f"train/{name}.flac" for name in ("drums", "bass")},
        components=20,
        ensemble=1,
        mixture_seconds=3,
        iterations=5,
    )
    nmfsep.save_models(tmp_path / "ours.safetensors", models)
    assert_same_tensors(tmp_path / "ours.safetensors", tmp_path / "theirs.safetensors")


def test_tuning_gives_the_programs_models(data, program, tmp_path):
    files = [f"{name}={data / f'train/{name}.flac'}" for name in ("drums", "bass")]
    program("tune", *files, "--choices", 2, "--seed", 3, "--budget", "1h", "-o", tmp_path / "theirs.safetensors")
    found = nmfsep.tune(
        {name: data / f"train/{name}.flac" for name in ("drums", "bass")},
        choices=2,
        seed=3,
        budget=3600,
    )
    nmfsep.save_models(tmp_path / "ours.safetensors", found.models)
    assert_same_tensors(tmp_path / "ours.safetensors", tmp_path / "theirs.safetensors")
    assert found.enough_material
    assert [trial["choice"] for trial in found.trials].count(found.best) == 1
    assert found.reached["choice"] == found.best
    assert found.reached["sdr"] >= found.usual["sdr"]


def test_tuning_refuses_what_it_cannot_do(data):
    with pytest.raises(nmfsep.InvalidArgument, match="budget_seconds"):
        nmfsep.tune({name: data / f"train/{name}.flac" for name in ("drums", "bass")}, budget=0)
    with pytest.raises(ValueError, match="sample_rate"):
        nmfsep.tune({"a": np.zeros(8000), "b": np.zeros(8000)})


@pytest.mark.parametrize(
    "flags, settings",
    [
        ((), {}),
        (("--learn", "rest=4", "--iterations", "12"), {"learn": {"rest": 4}, "iterations": 12}),
        (
            ("--mask-exponent", "2", "--solver", "multiplicative", "--seed", "2", "--prior", "sparsity=0.5"),
            {"mask_exponent": 2, "solver": "multiplicative", "seed": 2, "sparsity": 0.5},
        ),
        (("--exact", "--tolerance", "0.01", "--block-frames", "20"),
         {"exact": True, "tolerance": 0.01, "block_frames": 20}),
    ],
)
def test_stems_are_the_programs(program, by_program, data, tmp_path, flags, settings):
    files = [by_program / "drums.safetensors", by_program / "bass.safetensors"]
    program("separate", data / "mixture.flac", "-m", files[0], "-m", files[1], "-o", tmp_path, *flags)
    ours = nmfsep.separate(data / "mixture.flac", files, **settings)
    assert_stems_of(tmp_path / "mixture", ours)


@pytest.mark.parametrize(
    "flags, settings",
    [
        (("-c", "3", "--iterations", "8"), {"components": 3, "iterations": 8}),
        (("-c", "2", "--divergence", "is", "--fft-size", "1024", "--iterations", "5"),
         {"components": 2, "divergence": "is", "fft_size": 1024, "iterations": 5}),
        (("--hpss",), {"hpss": True}),
        (("--hpss", "--hpss-margin", "2,1"), {"hpss": {"harmonic_margin": 2}}),
    ],
)
def test_stems_without_models_are_the_programs(program, data, tmp_path, flags, settings):
    program("separate", data / "mixture.flac", "-o", tmp_path, *flags)
    samples, rate = nmfsep.read_audio(data / "mixture.flac")
    ours = nmfsep.separate(samples, sample_rate=rate, **settings)
    assert_stems_of(tmp_path / "mixture", ours)


def assert_stems_of(folder, separation):
    names = sorted(path.stem for path in folder.iterdir())
    assert sorted(separation.stems) == names and len(names) > 1
    for name in names:
        samples, rate = nmfsep.read_audio(folder / f"{name}.wav")
        assert rate == separation.sample_rate
        assert (separation[name] == samples).all(), name


def test_arrays_cross_without_a_copy_and_sum_to_the_mixture(models, audio, rate):
    mixture = audio["mixture"]
    separation = nmfsep.separate(mixture, models, sample_rate=rate)
    assert list(separation.stems) == list(SOURCES)
    for stem in separation.stems.values():
        assert stem.shape == mixture.shape and stem.dtype == np.float32
        assert stem.flags.c_contiguous and not stem.flags.owndata
    np.testing.assert_allclose(sum(separation.stems.values()), mixture, atol=1e-5)
    assert separation.residual_dbfs < -100
    mono = nmfsep.separate(mixture[0], models, sample_rate=rate)
    assert mono["bass"].shape == (1, mixture.shape[1])
    turned = nmfsep.separate(np.asfortranarray(mixture.astype(float)), models, sample_rate=rate)
    assert (turned["bass"] == separation["bass"]).all()


def test_models_go_through_files(models, tmp_path):
    path = tmp_path / "trio.safetensors"
    nmfsep.save_models(path, models)
    loaded = nmfsep.load_models(path)
    assert [model.name for model in loaded] == list(SOURCES)
    for one, other in zip(models, loaded):
        assert (one.tensors["W"] == other.tensors["W"]).all()
        assert one.tensors["W"].shape == (one.analysis["fft_size"] // 2 + 1, 6)
        assert repr(one) == repr(other) and "6 atoms" in repr(one)
    with pytest.raises(nmfsep.FileError, match="exists already"):
        nmfsep.save_models(path, models)
    nmfsep.save_models(path, models[:2], overwrite=True)
    assert len(nmfsep.load_models(path)) == 2


@pytest.mark.parametrize("preset", ["bsseval-v3", "museval", "mdx"])
def test_scores_are_the_programs(program, data, tmp_path, preset):
    (tmp_path / "est").mkdir()
    true = {name: data / f"test/{name}.flac" for name in SOURCES}
    estimates = {name: true[other] for name, other in zip(SOURCES, ("drums", "piano", "bass"))}
    for name, path in estimates.items():
        (tmp_path / "est" / f"{name}.flac").symlink_to(path)
    program("evaluate", data / "test", tmp_path / "est", "--preset", preset, "--json", tmp_path / "s")
    theirs = json.loads((tmp_path / "s").read_text())
    ours = nmfsep.evaluate(true, estimates, preset=preset)
    assert ours == nmfsep.evaluate(data / "test", tmp_path / "est", preset=preset)
    checked = 0
    for source in theirs["tracks"][0]["sources"]:
        for score, value in ours[source["name"]].items():
            told = source[score]
            assert (told is None and np.isnan(value)) or told == pytest.approx(value, abs=1e-9)
            checked += 1
    assert checked == 3 * len(next(iter(ours.values())))


def test_any_scores_of_arrays(audio, rate):
    true = {"a": audio["drums"], "b": audio["bass"]}
    heard = {name: samples + 0.1 * audio["piano"] for name, samples in true.items()}
    wanted = ("si_sdr", "sdr", "stoi", "estoi", "snr")
    scores = nmfsep.evaluate(true, heard, sample_rate=rate, scores=wanted)
    assert tuple(scores["a"]) == wanted
    snr = 10 * np.log10((true["a"] ** 2).sum() / ((heard["a"] - true["a"]) ** 2).sum())
    assert scores["a"]["snr"] == pytest.approx(snr, abs=1e-3)


def test_bad_questions_are_value_errors(models, audio, rate):
    mixture = audio["mixture"]
    for arguments, text in [
        (dict(models=models), "need sample_rate"),
        (dict(sample_rate=rate), "give models"),
        (dict(models=models[:1], sample_rate=rate), "one source alone"),
        (dict(models=models, sample_rate=rate, fft_size=512), "come from the models"),
        (dict(models=models, sample_rate=rate, hpss=True), "without models"),
        (dict(models=models, sample_rate=rate, components=3), "without models"),
        (dict(learn={"a": 3}, sample_rate=rate), "beside models"),
        (dict(components=1, sample_rate=rate), "at least 2"),
        (dict(models=models, sample_rate=rate, solver="newton"), "solver = 'newton'"),
        (dict(models=models, sample_rate=rate, iterations=0), "iterations = 0"),
        (dict(models=[models[0], models[0]], sample_rate=rate), "two sources are named 'drums'"),
    ]:
        with pytest.raises(ValueError, match=text):
            nmfsep.separate(mixture, **arguments)
    with pytest.raises(ValueError, match="NaN or infinity"):
        nmfsep.separate(mixture * np.nan, models, sample_rate=rate)
    with pytest.raises(ValueError, match="channels come first"):
        nmfsep.separate(mixture.T, models, sample_rate=rate)
    with pytest.raises(ValueError, match="has no effect"):
        nmfsep.train(mixture, "a", sample_rate=rate, method="exemplars", iterations=3)
    with pytest.raises(ValueError, match="states has no effect with method='nmf'"):
        nmfsep.train(mixture, "a", sample_rate=rate, states=3)
    with pytest.raises(ValueError, match="method"):
        nmfsep.train(mixture, "a", sample_rate=rate, method="magic")
    with pytest.raises(TypeError, match="atoms"):
        nmfsep.train(mixture, "a", sample_rate=rate, atoms=3)
    with pytest.raises(ValueError, match="must be the same"):
        nmfsep.evaluate({"a": mixture}, {"b": mixture})


def test_bad_files_are_os_errors(models, tmp_path, data):
    with pytest.raises(OSError, match="nowhere.wav"):
        nmfsep.separate(tmp_path / "nowhere.wav", models)
    (tmp_path / "text.wav").write_text("no audio")
    with pytest.raises(nmfsep.AudioFileError, match="text.wav"):
        nmfsep.train(tmp_path / "text.wav", "a")
    with pytest.raises(nmfsep.ModelFileError, match="text.wav"):
        nmfsep.load_models(tmp_path / "text.wav")


def test_warnings_are_pythons(models, audio, rate):
    with pytest.warns(nmfsep.AudioWarning, match="silent") as caught:
        nmfsep.separate(np.zeros((1, rate), np.float32), models, sample_rate=rate)
    assert caught[0].message.code == "silent-mixture"


INTERRUPTED = """
import numpy, nmfsep, _thread, threading, time
audio = numpy.random.default_rng(0).standard_normal((2, 44100 * 60)).astype("float32")
threading.Timer(1.5, _thread.interrupt_main).start()
begun = time.monotonic()
try:
    nmfsep.separate(audio, sample_rate=44100, components=20, iterations=100000, tolerance=0)
except KeyboardInterrupt:
    print("interrupted", time.monotonic() - begun < 30)
"""


def test_ctrl_c_ends_a_separation(models):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=200
    )
    assert done.stdout.strip() == "interrupted True", done.stderr


def test_progress_ends_it(models, audio, rate):
    told = []
    nmfsep.separate(
        audio["mixture"], models, sample_rate=rate, progress=lambda *what: told.append(what)
    )
    assert told
    with pytest.raises(nmfsep.Cancelled):
        nmfsep.separate(audio["mixture"], models, sample_rate=rate, progress=lambda *_: False)


def test_of_a_recording_that_is_cut_off_what_is_there_is_taken_if_that_is_asked(data, tmp_path):
    samples = np.random.default_rng(0).integers(-9000, 9000, (2, 30000)).astype("<i2")
    cut = {}
    for name, one in zip(("low", "high"), samples):
        with wave.open(str(tmp_path / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(one.tobytes())
        whole = (tmp_path / f"{name}.wav").read_bytes()
        cut[name] = tmp_path / f"{name}-cut.wav"
        cut[name].write_bytes(whole[: 44 + 40000])

    settings = {"components": 2, "iterations": 3}
    calls = [
        lambda **take: nmfsep.read_audio(cut["low"], **take)[0],
        lambda **take: nmfsep.train(cut["low"], "low", **settings, **take),
        lambda **take: nmfsep.train(cut["low"], "low", fft_size=512, **settings, **take),
        lambda **take: nmfsep.train_set(cut, components=4, mixture_seconds=0, **take),
        lambda **take: nmfsep.tune(cut, choices=1, budget=1, **take),
        lambda **take: nmfsep.separate(cut["low"], components=2, iterations=3, **take),
        lambda **take: nmfsep.evaluate(cut, cut, scores=["si_sdr"], **take),
    ]
    for call in calls:
        with pytest.raises(nmfsep.AudioFileError, match="cut off.*--take-what-is-there"):
            call()
        with pytest.warns(nmfsep.AudioWarning, match="of the 3.75 s.* the first 2.50 s") as told:
            call(take_what_is_there=True)
        assert {one.message.code for one in told} >= {"incomplete"}
    taken, rate = nmfsep.read_audio(tmp_path / "low.wav", take_what_is_there=True)
    assert rate == 8000 and taken.shape == (1, 30000)

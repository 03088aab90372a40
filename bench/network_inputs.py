#!/usr/bin/env python3
"""Compares optimisers of the inputs of decoder networks at separation, for docs/neural.md.

    bench/network_inputs.py build/release/bin/nmfsep MIXTURE REFERENCE_A REFERENCE_B MODEL_A MODEL_B

The models are autoencoders of dense layers, max(0, x) and a code that is not negative. All start
at the encoders' view of half the mixture and minimise KL with the models' floor, all frames at once.
A line says, after so many steps: KL over that of the start, mean SDR of both sources at mask exponent
1.5 (BSS Eval version 3, by `evaluate`), and processor seconds so far. Needs NumPy, safetensors and
soundfile.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile
import time

import numpy as np
import soundfile
from safetensors import safe_open

LOOKS = (5, 10, 25, 50, 100, 200)
TINY = 1e-12


class Model:
    def __init__(self, path):
        with safe_open(path, framework="numpy") as file:
            data = file.metadata()
            name = data["sources"]
            self.fft, self.hop = int(data["fft_size"]), int(data["hop"])
            self.floor = np.float32(data[f"floor/{name}"])
            depth = [data[f"{role}/{name}"].count("dense") for role in ("encoder", "decoder")]
            self.encoder = [file.get_tensor(f"encoder/{i}/{name}") for i in range(depth[0])]
            self.decoder = [file.get_tensor(f"decoder/{i}/{name}") for i in range(depth[1])]

    def encode(self, v):
        for W in self.encoder:
            v = np.maximum(W @ v, 0)
        return v

    def decode(self, h):
        """What comes out, and which units sound, layer by layer."""
        sounding = []
        for W in self.decoder:
            h = W @ h
            sounding.append(h > 0)
            h = np.maximum(h, 0)
        return h, sounding

    def back(self, g, sounding):
        for i in reversed(range(len(self.decoder))):
            on = sounding[i] | (g < 0) if i + 1 == len(self.decoder) else sounding[i]
            g = self.decoder[i].T @ (g * on)
        return g

    def back_split(self, less, more, sounding):
        """Both halves of the gradient, less − more, neither negative."""
        for i in reversed(range(len(self.decoder))):
            up, down = np.maximum(self.decoder[i], 0), np.maximum(-self.decoder[i], 0)
            less, more = less * sounding[i], more * sounding[i]
            less, more = up.T @ less + down.T @ more, up.T @ more + down.T @ less
        return less, more


class Problem:
    """Codes of all models below one another, for all frames."""

    def __init__(self, models, V):
        self.models, self.level = models, V.mean(axis=0) + TINY
        self.floor = max(model.floor for model in models)
        v = (V / self.level).astype(np.float32)
        self.v = v + self.floor
        codes = [model.encode(v) / len(models) for model in models]
        self.start = np.concatenate([np.maximum(h, np.maximum(1e-3 * h.mean(axis=0), 1e-6))
                                     for h in codes])
        self.rows = np.cumsum([0] + [len(h) for h in codes])

    def codes(self, h):
        return [h[a:b] for a, b in zip(self.rows, self.rows[1:])]

    def answers(self, h):
        return [model.decode(code) for model, code in zip(self.models, self.codes(h))]

    def loss(self, answers):
        """Of each frame."""
        r = sum(y for y, _ in answers) + self.floor
        return (self.v * np.log(self.v / r) - self.v + r).sum(axis=0)

    def value(self, h):
        return self.loss(self.answers(h))

    def gradient(self, h):
        answers = self.answers(h)
        g = 1 - self.v / (sum(y for y, _ in answers) + self.floor)
        return self.loss(answers), np.concatenate(
            [model.back(g, on) for model, (_, on) in zip(self.models, answers)])

    def split_gradient(self, h):
        answers = self.answers(h)
        more = self.v / (sum(y for y, _ in answers) + self.floor)
        halves = [model.back_split(np.ones_like(more), more, on)
                  for model, (_, on) in zip(self.models, answers)]
        return [np.concatenate(half) for half in zip(*halves)]


def adam(problem, step):
    """On z = ln h."""
    z = np.log(problem.start)
    m, s = np.zeros_like(z), np.zeros_like(z)
    for t in range(1, 10000):
        h = np.exp(z)
        g = h * problem.gradient(h)[1]
        m, s = 0.9 * m + 0.1 * g, 0.99 * s + 0.01 * g * g
        z = z - step * (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.99**t)) + TINY)
        yield np.exp(z)


def projected_adam(problem, step):
    """On h itself, cut at 0; steps are of each frame's mean."""
    h, scale = problem.start.copy(), problem.start.mean(axis=0)
    m, s = np.zeros_like(h), np.zeros_like(h)
    for t in range(1, 10000):
        g = problem.gradient(h)[1]
        m, s = 0.9 * m + 0.1 * g, 0.99 * s + 0.01 * g * g
        h = np.maximum(
            h - step * scale * (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.99**t)) + TINY), 0)
        yield h


def lbfgs(problem, memory=5):
    """On z = ln h, each frame by itself with its own backtracking (Nocedal & Wright, 7.4)."""
    z = np.log(problem.start)
    pairs = []

    def at(z):
        h = np.exp(z)
        value, g = problem.gradient(h)
        return value, g * h

    value, g = at(z)
    while True:
        q, alphas = g.copy(), []
        for s, y, rho in reversed(pairs):
            alphas.append(rho * (s * q).sum(axis=0))
            q -= alphas[-1] * y
        if pairs:
            s, y, rho = pairs[-1]
            q *= np.where(rho > 0, 1 / np.maximum(rho * (y * y).sum(axis=0), TINY), 1)
        else:
            q /= np.maximum(np.abs(g).max(axis=0), TINY)
        for (s, y, rho), alpha in zip(pairs, reversed(alphas)):
            q += s * (alpha - rho * (y * q).sum(axis=0))
        slope = -(g * q).sum(axis=0)
        q = np.where(slope < 0, q, g)
        slope = np.minimum(slope, -(g * q).sum(axis=0))
        length = np.minimum(1, 2 / np.maximum(np.abs(q).max(axis=0), TINY)).astype(np.float32)
        for _ in range(8):
            moved = z - length * q
            new = problem.value(np.exp(moved))
            bad = ~(new <= value + 1e-4 * length * slope)
            if not bad.any():
                break
            length = np.where(bad, length / 3, length)
        moved = np.where(bad, z, moved).astype(np.float32)
        new, h = at(moved)
        s, y = moved - z, h - g
        dot = (s * y).sum(axis=0)
        pairs = (pairs + [(s, y, np.where(dot > TINY, 1 / np.maximum(dot, TINY), 0))])[-memory:]
        z, g, value = moved, h, new
        yield np.exp(z)


def multiplicative(problem, exponent):
    """h ← h ⊙ (more / less)^exponent, the halves of the gradient split layer by layer."""
    h = problem.start
    while True:
        less, more = problem.split_gradient(h)
        h = np.clip(h * (more / np.maximum(less, TINY))**exponent, 1e-8, 1e8)
        yield h


OPTIMISERS = {
    "Adam on ln h, step 0.1": lambda p: adam(p, 0.1),
    "Adam on ln h, step 0.2": lambda p: adam(p, 0.2),
    "Adam on h, step 0.1": lambda p: projected_adam(p, 0.1),
    "L-BFGS on ln h": lbfgs,
    "multiplicative": lambda p: multiplicative(p, 1),
    "multiplicative, exponent 0.3": lambda p: multiplicative(p, 0.3),
}


class Stems:
    """From estimates to SDR."""

    def __init__(self, program, mixture, references, model):
        self.program, self.references = program, references
        self.x, self.rate = soundfile.read(mixture)
        self.fft, self.hop = model.fft, model.hop
        self.window = np.hanning(self.fft + 1)[:-1]
        padded = np.pad(self.x, self.fft)
        count = (len(padded) - self.fft) // self.hop + 1
        self.places = np.arange(count) * self.hop
        self.X = np.fft.rfft(self.window * np.stack([padded[i:i + self.fft] for i in self.places]))

    def waveform(self, mask):
        frames = np.fft.irfft(self.X * mask.T) * self.window
        out, norm = np.zeros(len(self.x) + 3 * self.fft), np.zeros(len(self.x) + 3 * self.fft)
        for i, frame in zip(self.places, frames):
            out[i:i + self.fft] += frame
            norm[i:i + self.fft] += self.window**2
        return (out / np.maximum(norm, 1e-9))[self.fft:self.fft + len(self.x)]

    def sdr(self, estimates):
        powers = [np.maximum(y, 0)**1.5 + TINY for y in estimates]
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for kind in ("true", "found"):
                (folder / kind).mkdir()
            for path, power in zip(self.references, powers):
                (folder / "true" / path.name).symlink_to(path.resolve())
                soundfile.write(folder / "found" / (path.stem + ".wav"),
                                self.waveform(power / sum(powers)), self.rate, subtype="FLOAT")
            text = subprocess.run([self.program, "evaluate", folder / "true", folder / "found",
                                   "--metrics", "sdr", "--json", "-", "--quiet"],
                                  check=True, capture_output=True).stdout
        sources = json.loads(text)["tracks"][0]["sources"]
        return sum(source["sdr"] for source in sources) / len(sources)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("program", "mixture", "reference_a", "reference_b", "model_a", "model_b"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--most", type=int, default=100, help="steps")
    arguments = parser.parse_args()
    models = [Model(arguments.model_a), Model(arguments.model_b)]
    stems = Stems(arguments.program.resolve(), arguments.mixture,
                  [arguments.reference_a, arguments.reference_b], models[0])
    problem = Problem(models, np.abs(stems.X).T.astype(np.float32))
    first = problem.value(problem.start).sum()
    print(f"start: SDR {stems.sdr([y for y, _ in problem.answers(problem.start)]):.2f}")
    for name, optimiser in OPTIMISERS.items():
        own = 0.0
        begin = time.process_time()
        for step, h in enumerate(optimiser(problem), 1):
            if step in LOOKS:
                own += time.process_time() - begin
                answers = problem.answers(h)
                print(f"{name:30} {step:4} steps  KL {problem.loss(answers).sum() / first:7.4f}  "
                      f"SDR {stems.sdr([y for y, _ in answers]):6.2f}  {own:7.2f} s", flush=True)
                begin = time.process_time()
            if step >= arguments.most:
                break


if __name__ == "__main__":
    main()

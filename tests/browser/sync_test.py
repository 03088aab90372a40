"""Whether what plays stays in sync for a minute, on the page of `nmfsep report` and on that of
`nmfsep paint`, both at once: sync_test.py PROGRAM [unittest's arguments]."""

import os
import random
import subprocess
import sys
import tempfile
import time
import unittest

from browser import open_browser
from paint_page import Paint, main

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from wav_file import write_wav

RATE = 8000
MINUTE = 60
SECONDS = MINUTE + 10

# Milliseconds by which one sum of sounds is behind another that should be the same, by where their
# correlation is highest. Both are read at the same moment: the first is the same after the second.
LAG = """async (context, meters) => {
  const read = meter => {
    const data = new Float32Array(16384);
    meter.getFloatTimeDomainData(data);
    return data;
  };
  let one = read(meters[0]), other, again;
  for (let tries = 0; ; ++tries, one = again) {
    other = read(meters[1]);
    again = read(meters[0]);
    if (one.every((value, n) => value === again[n])) break;
    if (tries > 1000) throw new Error('sound goes on too fast to be read');
  }
  const reach = 2400;
  let best = -1, where = 0;
  for (let lag = -reach; lag <= reach; ++lag) {
    let sum = 0;
    for (let n = reach; n < 16384 - reach; n += 4) sum += one[n] * other[n + lag];
    if (sum > best) [best, where] = [sum, lag];
  }
  return [1000 * where / context.sampleRate, best];
}"""
# Two meters on a player: of its first track, the mixture, and of all others.
METERS = """(player) => {
  const meters = [0, 1].map(() => player.context.createAnalyser());
  for (const meter of meters) meter.fftSize = 16384;
  player.tracks.forEach((track, i) => {
    track.muted = false;
    track.gain.connect(meters[Math.min(i, 1)]);
  });
  player.apply();
  return meters;
}"""


class Minute(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="nmfsep-sync-")
        generator = random.Random(1)
        whole = [generator.uniform(-0.3, 0.3) for _ in range(RATE * SECONDS)]
        rough = [0.5 * a - 0.5 * b for a, b in zip(whole, [0, *whole])]
        smooth = [0.5 * a + 0.5 * b for a, b in zip(whole, [0, *whole])]
        os.mkdir(os.path.join(cls.folder.name, "stems"))
        for name, samples in (("mix.wav", whole), ("stems/rough.wav", rough),
                              ("stems/smooth.wav", smooth)):
            write_wav(os.path.join(cls.folder.name, name), samples, RATE)
        run = lambda *words: subprocess.run([Paint.program, *words, "-q"], cwd=cls.folder.name,
                                            check=True, stdout=subprocess.DEVNULL)
        run("report", "stems", "-o", "page.html", "--mixture", "mix.wav", "--duration",
            str(SECONDS))
        for name in ("rough", "smooth"):
            run("train", f"stems/{name}.wav", "--duration", "5", "-o", name + ".safetensors", "-c",
                "2", "--iterations", "5")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def open(self, address):
        browser = open_browser()
        self.addCleanup(browser.close)
        browser.visit(address)
        browser.wait_for("document.body && document.body.dataset.ready === 'yes'", 120)
        return browser

    def test_all_tracks_of_both_pages_stay_together(self):
        path = lambda name: os.path.join(self.folder.name, name)
        paint = Paint(path("mix.wav"), "-m", path("rough.safetensors"), "-m",
                      path("smooth.safetensors"), "--project", path("project"))
        self.addCleanup(paint.stop)
        pages = {"report": self.open("file://" + path("page.html")),
                 "paint": self.open(paint.address)}
        pages["paint"].wait_for("paint.player.tracks.every(track => track.buffer)", 120)
        for name, browser in pages.items():
            browser.evaluate(f"globalThis.meters = ({METERS})({name}.player); 0")
            browser.press(" ")
        for name, browser in pages.items():
            browser.wait_for(f"{name}.player.playing && {name}.player.position() > 2.5")
        lags = {name: [] for name in pages}
        while pages["report"].evaluate("report.player.position()") < MINUTE + 3:
            for name, browser in pages.items():
                at = browser.evaluate(f"{name}.player.position()")
                lag, loud = browser.evaluate(f"({LAG})({name}.player.context, meters)")
                self.assertGreater(loud, 0.1, name)
                lags[name].append((at, lag))
            time.sleep(2)
        for name, found in lags.items():
            self.assertGreater(len(found), 10)
            self.assertGreater(found[-1][0] - found[0][0], MINUTE - 5)
            worst = max(abs(lag) for _, lag in found)
            print(f"{name}: {worst:.2f} ms at most, {len(found)} times over "
                  f"{found[-1][0] - found[0][0]:.0f} s")
            self.assertLess(worst, 20, found)
            self.assertEqual(pages[name].complaints, [])


if __name__ == "__main__":
    main()

"""The page of `nmfsep report` in a browser: report_test.py PROGRAM [unittest's arguments].

With NMFSEP_SCREENSHOTS=FOLDER it leaves pictures of the page there, to be looked at."""

import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
import unittest

from browser import open_browser, run_tests

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from wav_file import write_wav

RATE = 22050
SECONDS = 8
NASTY = """n"o'ise <img src=x onerror=window.broken=1>"""
TITLE = """</title></script><script>window.broken=2</script><!-- & 'song' "1" """


def chirp(time):
    """A tone whose frequency says where it is: 500 Hz, and 500 Hz more each second."""
    return 0.3 * math.sin(2 * math.pi * (500 * time + 250 * time * time))


def make_track(folder):
    """mixture.wav, and in stems and in references a noise and a tone; references are softer."""
    generator = random.Random(1)
    noise = [generator.uniform(-0.2, 0.2) for _ in range(RATE * SECONDS)]
    tone = [chirp(n / RATE) for n in range(RATE * SECONDS)]
    for name, gain in (("stems", 1), ("references", 0.5)):
        os.mkdir(os.path.join(folder, name))
        write_wav(os.path.join(folder, name, NASTY + ".wav"), [gain * x for x in noise], RATE)
        write_wav(os.path.join(folder, name, "tone.wav"), [gain * x for x in tone], RATE)
    write_wav(os.path.join(folder, "mixture.wav"), [a + b for a, b in zip(noise, tone)], RATE)


class ReportPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="nmfsep-report-")
        run = lambda *words: subprocess.run([cls.program, *words], cwd=cls.folder.name, check=True)
        make_track(cls.folder.name)
        run("train", "stems/tone.wav", "-o", "tone.safetensors", "-c", "6", "--iterations", "20",
            "-q")
        run("train", f"stems/{NASTY}.wav", "-o", "noise.safetensors", "--name", "noise", "-c", "3",
            "--iterations", "10", "-q")
        os.mkdir(os.path.join(cls.folder.name, "truth"))
        for source, name in ((NASTY, "noise"), ("tone", "tone")):
            os.link(os.path.join(cls.folder.name, "stems", source + ".wav"),
                    os.path.join(cls.folder.name, "truth", name + ".wav"))
        run("separate", "mixture.wav", "-m", "tone.safetensors", "noise.safetensors", "-o", "out",
            "--save-activations", "found", "--json", "separate.json", "-q")
        run("report", "stems", "-o", "page.html", "--mixture", "mixture.wav", "--references",
            "references", "--title", TITLE, "-q")
        run("report", "out/mixture", "-o", "whole.html", "--mixture", "mixture.wav",
            "--references", "truth", "-m", "tone.safetensors", "-m", "noise.safetensors",
            "--activations", "found/mixture", "--separation", "separate.json", "-q")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        self.browser = open_browser()
        self.addCleanup(self.browser.close)
        self.open("page.html")

    def tearDown(self):
        self.assertEqual(self.browser.complaints, [])
        self.assertEqual([url for url in self.browser.fetched
                          if not url.startswith(("file://" + self.folder.name, "data:"))], [])

    def open(self, page):
        self.browser.open(os.path.join(self.folder.name, page))
        self.browser.wait_for("document.body && document.body.dataset.ready === 'yes'", 120)

    def track(self, name):
        """What a script calls the stem, mixture or reference of that name."""
        return f"report.player.tracks.find(t => t.name === {json.dumps(name)})"

    def level(self, name):
        return self.browser.evaluate(f"report.player.level({self.track(name)})")

    def position(self):
        return self.browser.evaluate("report.player.position()")

    def play(self):
        self.browser.press(" ")
        self.browser.wait_for("report.player.playing && report.player.position() > 0.1")
        time.sleep(0.3)

    def heard_frequency(self, name="tone"):
        """Hz of the strongest tone that a track sends, and its position at that moment."""
        return self.browser.evaluate(f"""(() => {{
          const meter = {self.track(name)}.meter;
          meter.fftSize = 4096;
          meter.smoothingTimeConstant = 0;
          const levels = new Float32Array(meter.frequencyBinCount);
          meter.getFloatFrequencyData(levels);
          const bin = levels.indexOf(Math.max(...levels));
          return [bin * report.player.context.sampleRate / 4096, report.player.position()];
        }})()""")

    def test_it_plays_seeks_and_pauses(self):
        self.play()
        for target in (None, 5, 2):
            if target is not None:
                self.browser.evaluate(f"report.player.seek({target})")
                time.sleep(0.5)
                self.assertGreater(self.position(), target)
                self.assertLess(self.position(), target + 3)
            frequency, at = self.heard_frequency()
            self.assertAlmostEqual(frequency, 500 + 500 * at, delta=150)  # 0.3 s
        self.browser.press(" ")
        here = self.position()
        time.sleep(0.3)
        self.assertEqual(self.position(), here)
        self.assertLess(self.level("tone"), 1)
        self.browser.press("Home")
        self.assertEqual(self.position(), 0)
        self.browser.press("ArrowRight", shift=True)
        self.assertAlmostEqual(self.position(), 5)
        self.browser.press("ArrowLeft")
        self.assertAlmostEqual(self.position(), 4)

    def test_it_stops_at_the_end(self):
        self.browser.evaluate(f"report.player.seek({SECONDS - 0.4})")
        self.browser.press(" ")
        self.browser.wait_for("!report.player.playing && report.player.position() > 7.9", 10)

    def test_solo_mute_level_and_references_change_what_is_heard(self):
        self.play()
        self.assertLess(self.level("mixture"), 1e-4)  # the stems are its sum
        self.assertGreater(self.level("tone"), 0.1)
        self.assertGreater(self.level(NASTY), 0.05)
        self.browser.press("!", "Digit2", shift=True)  # mutes the second track, the noise
        time.sleep(0.3)
        self.assertLess(self.level(NASTY), 1e-3)
        self.assertGreater(self.level("tone"), 0.1)
        self.browser.press("1", "Digit1")  # the mixture alone
        time.sleep(0.3)
        self.assertGreater(self.level("mixture"), 0.1)
        self.assertLess(self.level("tone"), 1e-3)
        self.browser.press("1", "Digit1")
        time.sleep(0.3)
        whole = self.level("tone")
        self.browser.press("r")
        time.sleep(0.3)
        self.assertLess(self.level("tone"), 1e-3)
        self.assertAlmostEqual(self.level("tone (reference)"), whole / 2, delta=whole / 10)
        self.browser.press("r")
        self.browser.evaluate(
            f"{self.track('tone')}.level = 0.25; report.player.apply()")
        time.sleep(0.3)
        self.assertAlmostEqual(self.level("tone"), whole / 4, delta=whole / 20)

    def test_a_loop_is_kept(self):
        self.browser.evaluate("report.player.setLoop([1, 1.6])")
        self.browser.evaluate("report.player.seek(1)")
        self.play()
        for _ in range(12):
            frequency, at = self.heard_frequency()
            self.assertTrue(1 <= at <= 1.6, at)
            self.assertTrue(900 < frequency < 1400, frequency)
            time.sleep(0.15)
        self.browser.press("l")
        self.browser.wait_for("report.player.position() > 2", 5)

    def test_a_click_on_a_picture_plays_from_there(self):
        self.browser.click(".view", across=0.5)
        self.assertAlmostEqual(self.position(), SECONDS / 2, delta=0.1)

    def test_it_is_usable_by_keyboard_alone(self):
        reached = []
        for _ in range(18):
            self.browser.press("Tab")
            reached.append(self.browser.evaluate(
                "document.activeElement.title || document.activeElement.id || "
                "document.activeElement.getAttribute('aria-label')"))
        for wanted in ("play", "seek", "Mute: tone", "Level of tone", "Hear the reference of tone"):
            self.assertIn(wanted, reached)
        self.browser.evaluate("document.querySelector('[title=\"Solo: tone\"]').focus()")
        self.browser.press("Enter")
        self.assertTrue(self.browser.evaluate(f"{self.track('tone')}.solo"))
        self.assertEqual(
            self.browser.evaluate("document.activeElement.getAttribute('aria-pressed')"), "true")

    def test_no_text_becomes_markup(self):
        self.assertEqual(self.browser.evaluate("document.title"), TITLE.strip())
        self.assertIsNone(self.browser.evaluate("window.broken"))
        self.assertEqual(self.browser.evaluate("document.querySelectorAll('img[src=x]').length"), 0)
        self.assertEqual(self.browser.evaluate("document.querySelectorAll('script').length"), 2)
        self.assertTrue(self.browser.evaluate(
            f"[...document.querySelectorAll('h3')].some(h => h.textContent === {json.dumps(NASTY)})"))

    def test_scripts_that_are_not_the_pages_do_not_run(self):
        self.browser.evaluate(
            "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.broken=3>')")
        time.sleep(0.3)
        self.assertIsNone(self.browser.evaluate("window.broken"))
        self.assertTrue(self.browser.complaints)  # the policy says so
        self.browser.complaints.clear()

    def test_atoms_are_heard_and_shown(self):
        self.open("whole.html")
        self.assertEqual(self.browser.evaluate("report.data.dictionaries.length"), 2)
        self.browser.click("#dictionary-list .view", across=0.3)
        self.browser.wait_for("document.querySelector('#dictionary-list [role=status]')"
                              ".textContent.startsWith('Atom 2 of 6')")
        self.assertFalse(self.browser.evaluate(
            "document.querySelector('#dictionary-list .atom').hidden"))
        self.browser.press("ArrowRight")
        self.browser.wait_for("document.querySelector('#dictionary-list [role=status]')"
                              ".textContent.startsWith('Atom 3 of 6')")

    def test_it_is_readable_narrow_and_wide(self):
        self.open("whole.html")
        for width in (400, 1600):
            for dark in (False, True):
                if not self.browser.dark(dark):
                    continue
                self.browser.resize(width, 1000)
                time.sleep(0.3)
                self.assertLessEqual(
                    self.browser.evaluate("document.documentElement.scrollWidth"), width)
                self.assertGreaterEqual(self.browser.evaluate(
                    "Math.min(...[...document.querySelectorAll('button')].filter(b => !b.hidden)"
                    ".map(b => b.getBoundingClientRect().height))"), 30)
                if "NMFSEP_SCREENSHOTS" in os.environ:
                    self.browser.screenshot(os.path.join(
                        os.environ["NMFSEP_SCREENSHOTS"], f"report-{width}{'-dark' * dark}.png"))


if __name__ == "__main__":
    run_tests(ReportPage)

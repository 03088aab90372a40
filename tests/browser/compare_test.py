"""Pages of `nmfsep report` with several methods, in a browser: compare_test.py PROGRAM [unittest's
arguments]. With NMFSEP_SCREENSHOTS=FOLDER it leaves pictures of the pages there."""

import json
import math
import os
import subprocess
import sys
import tempfile
import time
import unittest

from browser import open_browser, run_tests

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from wav_file import write_wav

RATE = 22050
SECONDS = 4
GAINS = {"full": 0.4, "half": 0.2, "quarter": 0.1}  # how loud each method's stems are
SOURCES = {"low": 300, "high": 900}  # Hz


def tone(hertz, gain):
    return (gain * math.sin(2 * math.pi * hertz * n / RATE) for n in range(RATE * SECONDS))


class ComparedMethods(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="nmfsep-compare-")
        for method, gain in {**GAINS, "truth": 0.3}.items():
            os.mkdir(os.path.join(cls.folder.name, method))
            for source, hertz in SOURCES.items():
                write_wav(os.path.join(cls.folder.name, method, source + ".wav"),
                          tone(hertz, gain), RATE)
        for page, flags in (("open.html", []), ("blind.html", ["--blind"])):
            subprocess.run([cls.program, "report", *GAINS, "-o", page, "--references", "truth", "-q",
                            *flags], cwd=cls.folder.name, check=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        self.browser = open_browser()
        self.addCleanup(self.browser.close)

    def tearDown(self):
        self.assertEqual(self.browser.complaints, [])

    def open(self, page):
        self.browser.open(os.path.join(self.folder.name, page))
        self.browser.wait_for("document.body && document.body.dataset.ready === 'yes'", 60)

    def play(self):
        self.browser.press(" ")
        self.browser.wait_for("report.player.playing && report.player.position() > 0.1")

    def levels(self):
        """What each track sends, by its name."""
        time.sleep(0.4)
        return json.loads(self.browser.evaluate(
            "JSON.stringify(Object.fromEntries(report.player.tracks.map("
            "t => [t.name, report.player.level(t)])))"))

    def heard(self, source):
        """The gain at which a source is heard, and how many of its versions are."""
        sent = [level * math.sqrt(2) for name, level in self.levels().items()
                if name.startswith(source) and level > 1e-3]
        return sum(sent), len(sent)

    def press(self, title):
        self.browser.evaluate(f"document.querySelector({json.dumps(f'[title={json.dumps(title)}]')}).click()")

    def text(self, selector):
        return self.browser.evaluate(f"document.querySelector({json.dumps(selector)}).innerText")

    def test_one_method_of_each_source_is_heard_at_a_time(self):
        self.open("open.html")
        self.browser.evaluate("report.player.setLoop([0, 3])")
        self.play()
        self.assertAlmostEqual(self.heard("low")[0], 0.4, delta=0.02)
        self.press("Hear low by half")
        for source, gain in (("low", 0.2), ("high", 0.4)):
            value, count = self.heard(source)
            self.assertAlmostEqual(value, gain, delta=0.02)
            self.assertEqual(count, 1)
        self.browser.press("v")  # the next of each
        self.assertAlmostEqual(self.heard("low")[0], 0.1, delta=0.02)
        self.assertAlmostEqual(self.heard("high")[0], 0.2, delta=0.02)
        self.browser.press("r")
        self.assertAlmostEqual(self.heard("low")[0], 0.3, delta=0.02)
        self.browser.press("r")  # and back to where they were
        self.assertAlmostEqual(self.heard("low")[0], 0.1, delta=0.02)
        self.assertAlmostEqual(self.heard("high")[0], 0.2, delta=0.02)

    def test_scores_name_each_method(self):
        self.open("open.html")
        for method in GAINS:
            self.assertIn(method, self.text("#score-table"))
        self.assertTrue(self.browser.evaluate("document.getElementById('reveal').hidden"))

    def test_nothing_in_sight_names_a_blind_method_until_it_is_revealed(self):
        self.open("blind.html")
        for method in GAINS:
            self.assertNotIn(method, self.text("body"))
            self.assertEqual(self.browser.evaluate(
                f"document.querySelectorAll('[title*=\"{method}\"], [aria-label*=\"{method}\"]').length"), 0)
        self.browser.click("#reveal")
        for method in GAINS:
            self.assertIn(method, self.text("#tracks"))
            self.assertIn(method, self.text("#score-table"))
        self.assertTrue(self.browser.evaluate("document.querySelector('select').disabled"))

    def test_votes_say_which_was_chosen_in_which_order(self):
        self.open("blind.html")
        self.browser.evaluate("""(() => {
          const choice = document.querySelector('[aria-label="Which is the best low"]');
          choice.value = [...choice.options].find(o => o.textContent === 'B').value;
          choice.dispatchEvent(new Event('change'));
        })()""")
        votes = self.browser.evaluate("report.versions.votes()")
        self.assertEqual(votes["format"], "nmfsep-votes")
        by_source = {vote["source"]: vote for vote in votes["votes"]}
        self.assertEqual(set(by_source), set(SOURCES))
        self.assertEqual(sorted(by_source["low"]["order"]), sorted(GAINS))
        self.assertEqual(by_source["low"]["best"], by_source["low"]["order"][1])
        self.assertIsNone(by_source["high"]["best"])
        self.browser.evaluate("document.querySelector('[title=\"Hear low by B\"]').click()")
        self.play()
        self.assertAlmostEqual(self.heard("low")[0], GAINS[by_source["low"]["best"]], delta=0.02)
        self.browser.download_to(self.folder.name)
        self.browser.click("#save-votes")
        path = os.path.join(self.folder.name, "votes.json")
        for _ in range(100):
            if os.path.exists(path) and os.path.getsize(path) > 0:
                break
            time.sleep(0.1)
        with open(path) as file:
            self.assertEqual(json.load(file), votes)

    def test_orders_differ_from_source_to_source_and_time_to_time(self):
        orders = set()
        for _ in range(12):
            self.open("blind.html")
            orders.update(tuple(vote["order"])
                          for vote in self.browser.evaluate("report.versions.votes()")["votes"])
        self.assertGreater(len(orders), 2)

    def test_they_are_readable_narrow_and_wide(self):
        self.open("blind.html")
        for width in (400, 1600):
            self.browser.resize(width, 900)
            time.sleep(0.3)
            self.assertLessEqual(
                self.browser.evaluate("document.documentElement.scrollWidth"), width)
            if "NMFSEP_SCREENSHOTS" in os.environ:
                self.browser.screenshot(os.path.join(
                    os.environ["NMFSEP_SCREENSHOTS"], f"compare-{width}.png"))


if __name__ == "__main__":
    run_tests(ComparedMethods)

"""`nmfsep paint` and its page in a browser, as tests use them."""

import json
import os
import signal
import subprocess
import tempfile
import unittest

from browser import open_browser, run_tests

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data")
SOURCES = ("drums", "bass", "piano")


def main():
    """Runs the tests of a script whose first argument is the program."""
    run_tests(Paint)


class Paint:
    """`nmfsep paint` while it runs; `address` is where its page is."""

    program = None

    def __init__(self, *words):
        self.process = subprocess.Popen([self.program, "paint", "-q", *words],
                                        stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()
        if not self.address.startswith("http://127.0.0.1:"):
            raise RuntimeError(f"paint says no address but {self.address!r}")

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        self.process.stdout.close()


class PaintPage(unittest.TestCase):
    """One program and one browser for all tests, each of which begins with nothing painted."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="nmfsep-paint-")
        cls.models = []
        for name in SOURCES:
            model = os.path.join(cls.folder.name, name + ".safetensors")
            sound = os.path.join(DATA, "train", name + ".flac")
            subprocess.run([Paint.program, "train", sound, "-o", model, "-c", "8", "--iterations",
                            "20", "-q"], check=True, stdout=subprocess.DEVNULL)
            cls.models += ["-m", model]
        cls.paint = cls.start("shared")
        cls.browser = open_browser()
        cls.browser.resize(1280, 900)

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.paint.stop()
        cls.folder.cleanup()

    @classmethod
    def start(cls, project):
        return Paint(os.path.join(DATA, "mixture.flac"), *cls.models, "--project",
                     os.path.join(cls.folder.name, project))

    def setUp(self):
        self.browser.complaints.clear()
        self.browser.fetched.clear()
        self.addresses = []
        self.visit(self.paint.address)

    def tearDown(self):
        self.assertEqual(self.browser.complaints, [])
        self.assertEqual([url for url in self.browser.fetched
                          if not url.startswith((*self.addresses, "data:"))], [])

    def visit(self, address):
        """A page on which nothing is painted."""
        self.addresses.append(address)
        self.browser.visit(address)
        self.wait_for("document.body && document.body.dataset.ready === 'yes'", 60)
        self.evaluate("sessionStorage.clear(); paint.strokes.load([], [])")

    def evaluate(self, expression):
        return self.browser.evaluate(expression)

    def wait_for(self, expression, seconds=30):
        self.browser.wait_for(expression, seconds)

    def point(self, seconds, hertz):
        """Where on the screen that is."""
        return self.evaluate(f"""(() => {{
          const box = paint.view.top.getBoundingClientRect(), w = paint.view.window;
          return [box.left + w.x({seconds}), box.top + w.y({hertz})];
        }})()""")

    def drag(self, *places, keep=False):
        """A drag through places of seconds and hertz."""
        self.browser.drag([self.point(*place) for place in places], keep)

    def sure(self, source, seconds, hertz, never=False):
        """How sure that source is marked there, 0 to 255; 0 where nothing is."""
        return self.evaluate(f"""(() => {{
          const {{ grid, rasters }} = paint.strokes;
          const raster = rasters.get({json.dumps("!" * never + source)});
          const frame = Math.round(grid.frameOf({seconds})), bin = Math.round({hertz} / grid.hertz);
          return raster ? raster.bytes[frame * grid.bins + bin] : 0;
        }})()""")

    def marked(self, source, never=False):
        """How many bins and frames are marked as that source's."""
        return self.evaluate(f"""(() => {{
          const raster = paint.strokes.rasters.get({json.dumps("!" * never + source)});
          return raster ? raster.bytes.filter(value => value > 0).length : 0;
        }})()""")

    def strokes(self):
        return self.evaluate("paint.strokes.list")

    def set(self, control, value):
        """A slider, as if it were moved."""
        self.evaluate(f"""(() => {{
          const one = document.getElementById({json.dumps(control)});
          one.value = {value};
          one.dispatchEvent(new Event('input'));
          one.dispatchEvent(new Event('change'));
        }})()""")

    def text(self, identity):
        return self.evaluate(f"document.getElementById({json.dumps(identity)}).textContent")

    def separated(self, action):
        """Does something and waits for the stems that come of it, and until all is at rest."""
        before = self.evaluate("paint.version")
        action()
        self.wait_for(f"paint.version > {before} && !paint.sender.running")
        self.wait_for("document.getElementById('progress').hidden")

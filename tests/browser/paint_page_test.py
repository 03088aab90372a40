"""The page of `nmfsep paint` in Chromium: paint_page_test.py PROGRAM [unittest's arguments].

With NMFSEP_SCREENSHOTS=FOLDER it leaves pictures of the page there, to be looked at."""

import base64
import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zlib

from browser import Browser, chromium

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data")
SOURCES = ("drums", "bass", "piano")


def pixels(png):
    """Width, height and rows of an 8-bit grey PNG without filters."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data = 8, b""
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at:at + 8])
        body = png[at + 8:at + 8 + length]
        assert zlib.crc32(name + body) == struct.unpack(">I", png[at + 8 + length:][:4])[0]
        if name == b"IHDR":
            width, height, bits, colour = struct.unpack(">IIBB", body[:10])
            assert (bits, colour) == (8, 0)
        if name == b"IDAT":
            data += body
        at += 12 + length
    raw = zlib.decompress(data)
    rows = [raw[y * (width + 1):(y + 1) * (width + 1)] for y in range(height)]
    assert all(row[0] == 0 for row in rows)
    return width, height, [row[1:] for row in rows]


class Paint:
    """`nmfsep paint` while it runs; `address` is where its page is."""

    def __init__(self, *words):
        self.process = subprocess.Popen([PROGRAM, "paint", *words], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().strip()

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        self.process.stdout.close()


class PaintPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="nmfsep-paint-")
        cls.models = []
        for name in SOURCES:
            model = os.path.join(cls.folder.name, name + ".safetensors")
            subprocess.run([PROGRAM, "train", os.path.join(DATA, "train", name + ".flac"), "-o",
                            model, "-c", "8", "--iterations", "20", "-q"], check=True)
            cls.models += ["-m", model]
        cls.paint = cls.start("shared")
        cls.browser = Browser()
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

    def test_a_brush_paints_where_it_goes_and_the_mixture_is_separated(self):
        self.separated(lambda: self.drag((2, 200), (2.5, 300), (3, 200)))
        for place in ((2, 200), (2.5, 300), (2.75, 245), (3, 200)):
            self.assertEqual(self.sure("drums", *place), 255, place)
        for place in ((1.5, 200), (2.5, 100), (2.5, 900), (3.5, 200)):
            self.assertEqual(self.sure("drums", *place), 0, place)
        [stroke] = self.strokes()
        self.assertEqual(stroke["source"], "drums")
        for (seconds, hertz), (s, f) in zip(stroke["points"], ((2, 200), (2.5, 300), (3, 200))):
            self.assertAlmostEqual(seconds, s, delta=0.02)
            self.assertAlmostEqual(hertz, f, delta=8)
        self.assertRegex(self.text("status"), r"Separated in \d+ ms")

    def test_what_is_painted_does_not_depend_on_what_is_seen(self):
        self.drag((2, 200), (2.5, 300))
        before = self.evaluate("Array.from(paint.strokes.rasters.get('drums').bytes)")
        self.browser.wheel(self.point(2.2, 250), -400)
        self.evaluate("paint.strokes.load(JSON.parse(JSON.stringify(paint.strokes.list)), ['drums'])")
        self.assertEqual(
            self.evaluate("Array.from(paint.strokes.rasters.get('drums').bytes)"), before)

    def test_brushes_have_a_size_and_a_strength(self):
        self.set("size", 10)
        self.drag((2, 1000), (3, 1000))
        thin = self.marked("drums")
        for _ in range(10):
            self.browser.press("]")
        self.assertEqual(self.evaluate("paint.settings.size"), 40)
        self.browser.press("2")
        self.set("strength", 40)
        self.drag((5, 1000), (6, 1000))
        self.assertGreater(self.marked("bass"), 2 * thin)
        self.assertEqual(self.sure("bass", 5.5, 1000), 102)
        self.browser.press("[")
        self.assertEqual(self.evaluate("paint.settings.size"), 37)

    def test_painting_one_source_over_another_takes_its_place(self):
        self.drag((2, 1000), (3, 1000))
        self.browser.press("3")
        self.set("strength", 60)
        self.drag((2.5, 1000), (3.5, 1000))
        self.assertEqual(self.sure("drums", 2.2, 1000), 255)
        self.assertEqual(self.sure("drums", 2.8, 1000), 102)
        self.assertEqual(self.sure("piano", 2.8, 1000), 153)

    def test_an_eraser_takes_marks_away(self):
        self.drag((2, 1000), (4, 1000))
        self.browser.press("e")
        self.drag((2.9, 1000), (3.1, 1000))
        self.assertEqual(self.sure("drums", 3, 1000), 0)
        self.assertEqual(self.sure("drums", 2.2, 1000), 255)
        self.assertEqual(self.sure("drums", 3.8, 1000), 255)

    def test_a_box_fills_itself(self):
        self.browser.press("x")
        self.drag((5, 2000), (4, 500))
        for place in ((4.05, 530), (4.95, 530), (4.05, 1900), (4.5, 1000), (4.95, 1900)):
            self.assertEqual(self.sure("drums", *place), 255, place)
        for place in ((3.9, 1000), (5.1, 1000), (4.5, 450), (4.5, 2200)):
            self.assertEqual(self.sure("drums", *place), 0, place)

    def test_a_lasso_fills_what_it_surrounds(self):
        self.browser.press("l")
        self.drag((4, 300), (6, 300), (5, 2400))
        for place in ((4.3, 330), (5.7, 330), (5, 1500)):
            self.assertEqual(self.sure("drums", *place), 255, place)
        for place in ((4.2, 1500), (5.8, 1500), (5, 250), (5, 2800)):
            self.assertEqual(self.sure("drums", *place), 0, place)

    def test_a_harmonic_brush_paints_the_partials_of_a_note(self):
        self.browser.press("h")
        self.browser.press("3")
        self.set("size", 8)
        self.set("partials", 6)
        self.drag((1, 440), (1.5, 440))
        for n in range(1, 7):
            self.assertEqual(self.sure("piano", 1.25, 440 * n), 255, n)
            self.assertEqual(self.sure("piano", 1.25, 440 * (n + 0.5)), 0, n)
        self.assertEqual(self.sure("piano", 1.25, 440 * 7), 0)

    def test_never_here_is_a_mark_of_its_own(self):
        self.browser.press("n")
        self.browser.press("x")
        self.separated(lambda: self.drag((4, 500), (5, 2000)))
        self.assertEqual(self.sure("drums", 4.5, 1000, never=True), 255)
        self.assertEqual(self.sure("drums", 4.5, 1000), 0)
        marks = self.evaluate("paint.marks()")["marks"]
        self.assertEqual([(one["source"], one["never"]) for one in marks], [("drums", True)])
        self.browser.press("n")
        self.drag((4.4, 800), (4.6, 1200))
        self.assertEqual(self.sure("drums", 4.5, 1000, never=True), 0)
        self.assertEqual(self.sure("drums", 4.2, 1000, never=True), 255)

    def test_strokes_are_undone_and_done_again(self):
        for number, start in (("1", 1), ("2", 2), ("3", 3)):
            self.browser.press(number)
            self.drag((start, 1000), (start + 1.5, 1000))
        whole = [self.marked(source) for source in SOURCES]
        for left in (2, 1, 0, 0):
            self.browser.press("z", control=True)
            self.assertEqual(len(self.strokes()), left)
        self.assertEqual([self.marked(source) for source in SOURCES], [0, 0, 0])
        self.browser.press("y", control=True)
        self.browser.press("Z", shift=True, control=True)
        self.browser.click("#redo")
        self.assertEqual([self.marked(source) for source in SOURCES], whole)
        self.browser.click("#clear")
        self.assertEqual([self.marked(source) for source in SOURCES], [0, 0, 0])
        self.browser.click("#undo")
        self.assertEqual([self.marked(source) for source in SOURCES], whole)

    def test_escape_leaves_a_stroke_undone(self):
        self.evaluate("document.getElementById('stage').focus()")
        self.drag((2, 1000), (3, 1000), keep=True)
        self.assertGreater(self.marked("drums"), 0)
        self.browser.press("Escape")
        self.assertEqual((self.marked("drums"), self.strokes()), (0, []))

    def test_pictures_of_marks_are_the_marks_pixel_by_pixel(self):
        self.drag((2, 200), (3, 4000))
        self.browser.press("2")
        self.set("strength", 35)
        self.drag((2, 4000), (3, 200))
        grid = self.evaluate("({bins: paint.grid.bins, frames: paint.grid.frames})")
        marks = self.evaluate("paint.marks()")
        self.assertEqual([one["source"] for one in marks["marks"]], ["drums", "bass"])
        for mark in marks["marks"]:
            width, height, rows = pixels(base64.b64decode(mark["png"]))
            self.assertEqual((width, height), (grid["frames"], grid["bins"]))
            raster = self.evaluate(
                f"Array.from(paint.strokes.rasters.get('{mark['source']}').bytes)")
            for y, row in enumerate(rows):
                self.assertEqual(list(row), raster[height - 1 - y::height])

    def test_it_zooms_and_scrolls(self):
        window = lambda: self.evaluate(
            "(({from, to, low, high}) => [from, to, low, high])(paint.view.window)")
        whole = window()
        x, y = self.point(2, 1000)
        self.browser.wheel((x, y), -500)
        zoomed = window()
        self.assertLess(zoomed[1] - zoomed[0], (whole[1] - whole[0]) / 1.4)
        self.assertAlmostEqual(self.point(2, 1000)[0], x, delta=1)
        self.browser.wheel((x, y), 200, shift=True)
        self.assertGreater(window()[0], zoomed[0])
        self.browser.wheel((x, y), -500, control=True)
        self.assertLess(window()[3] - window()[2], (whole[3] - whole[2]) / 1.4)
        self.assertAlmostEqual(self.point(2, 1000)[1], y, delta=1)
        self.browser.press("f")
        self.assertEqual(window(), whole)
        self.browser.press("+")
        self.assertLess(window()[1] - window()[0], whole[1] - whole[0])
        self.set("scroll", 1000)
        self.assertAlmostEqual(window()[1], whole[1])
        self.browser.press("-")
        self.assertEqual(window(), whole)
        self.evaluate("document.getElementById('scale').value = 'linear';"
                      "document.getElementById('scale').dispatchEvent(new Event('change'))")
        self.assertAlmostEqual(window()[3], self.evaluate("paint.session.rate") / 2)
        middle = self.point(0, 0)[1] / 2 + self.point(0, window()[3])[1] / 2
        self.assertAlmostEqual(self.point(0, window()[3] / 2)[1], middle, delta=1)

    def test_the_cursor_is_read_out(self):
        x, y = self.point(3, 440)
        self.browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self.assertRegex(self.text("readout"), r"^(2\.99|3\.00).* s · 4[34]\d Hz \(A4\) · .* dB$")

    def test_mixture_and_stems_are_seen(self):
        self.separated(lambda: self.drag((2, 200), (2.5, 300)))
        picture = lambda: self.evaluate("paint.view.draw(), paint.view.base.toDataURL()")
        seen = [picture()]
        for name in (*SOURCES, "overlay"):
            self.browser.click(f'[data-layer="{name}"]')
            self.wait_for("paint.layers.visible().every(layer => layer.bytes)")
            seen.append(picture())
            self.assertEqual(self.evaluate("paint.layers.shown"), name)
        self.assertEqual(len(set(seen)), 5)
        self.browser.press("v")
        self.assertEqual(picture(), seen[0])

    def level(self, number):
        return self.evaluate(f"paint.player.level(paint.player.tracks[{number}])")

    def test_it_plays_any_layer_in_sync(self):
        self.separated(lambda: self.drag((2, 200), (2.5, 300)))
        self.wait_for("paint.player.tracks.every(track => track.buffer && !track.loading)")
        self.evaluate("paint.player.setLoop([0, 8])")
        self.browser.press(" ")
        self.wait_for("paint.player.playing && paint.player.position() > 0.3")
        self.assertGreater(self.level(0), 1e-3)
        self.assertLess(self.level(1), 1e-6)
        self.browser.click('[title="Mute: Mixture"]')
        for name in SOURCES:
            self.browser.click(f'[title="Mute: {name}"]')
        time.sleep(0.3)
        self.assertLess(self.level(0), 1e-4)
        self.assertLess(self.difference(), 0.02)
        self.separated(lambda: self.drag((4, 200), (4.5, 300)))  # others come while it plays
        self.wait_for("paint.player.tracks.every(track => !track.loading)")
        time.sleep(0.5)
        self.assertLess(self.difference(), 0.02)
        self.browser.click('[title="Solo: bass"]')
        time.sleep(0.3)
        self.assertLess(self.level(1) + self.level(3), 1e-4)
        self.browser.press(" ")
        self.assertFalse(self.evaluate("paint.player.playing"))

    def difference(self):
        """Of the mixture and the sum of the stems as they play, in parts of the mixture: sinks to
        that of 16 bits only where all are in sync to the sample."""
        return self.evaluate("""(async () => {
          const { context, tracks } = paint.player;
          const length = 16384;
          const heard = (gain, inputs) => {
            const meter = context.createAnalyser();
            meter.fftSize = length;
            for (const { source } of inputs) source.fade.connect(meter);
            return meter;
          };
          const meters = [heard(1, tracks.slice(0, 1)), heard(1, tracks.slice(1))];
          await new Promise(done => setTimeout(done, 1000 * length / context.sampleRate + 100));
          const [whole, sum] = meters.map(meter => {
            const samples = new Float32Array(length);
            meter.getFloatTimeDomainData(samples);
            return samples;
          });
          let loud = 0, apart = 0;
          for (let n = 0; n < length; ++n) {
            loud += whole[n] ** 2;
            apart += (whole[n] - sum[n]) ** 2;
          }
          return Math.sqrt(apart / loud);
        })()""")

    def test_time_is_chosen_on_its_axis(self):
        axis = lambda seconds: [self.point(seconds, 1000)[0], self.point(0, 20)[1] + 12]
        self.browser.drag([axis(3)])
        self.assertAlmostEqual(self.evaluate("paint.player.position()"), 3, delta=0.02)
        self.browser.drag([axis(2), axis(3), axis(4)])
        loop = self.evaluate("paint.player.loop")
        self.assertAlmostEqual(loop[0], 2, delta=0.02)
        self.assertAlmostEqual(loop[1], 4, delta=0.02)
        self.browser.press("r")
        self.assertIsNone(self.evaluate("paint.player.loop"))
        self.browser.press("t")
        self.drag((1, 500), (1.5, 900))
        self.assertAlmostEqual(self.evaluate("paint.player.loop")[1], 1.5, delta=0.02)
        self.assertEqual(self.strokes(), [])

    def test_it_is_usable_by_keyboard_alone(self):
        reached = set()
        for _ in range(60):
            self.browser.press("Tab")
            reached.add(self.evaluate("document.activeElement.id || document.activeElement.title"))
        for wanted in ("save", "export", "size", "stage", "play", "Solo: bass", "Level of bass",
                       "weight"):
            self.assertIn(wanted, reached)
        self.evaluate("document.getElementById('stage').focus()")
        self.browser.press("2")
        self.browser.press("b")
        self.browser.press("ArrowUp", shift=True)
        here = self.evaluate("paint.tools.cursor")
        self.browser.press("Enter")
        for _ in range(3):
            self.browser.press("ArrowRight", shift=True)
        self.browser.press("Enter")
        there = self.evaluate("paint.tools.cursor")
        [stroke] = self.strokes()
        self.assertEqual((stroke["tool"], stroke["source"]), ("brush", "bass"))
        self.assertGreater(there["s"], here["s"])
        for s in (here["s"], (here["s"] + there["s"]) / 2, there["s"]):
            self.assertEqual(self.sure("bass", s, here["hertz"]), 255)

    def test_everything_says_what_it_is(self):
        nameless = self.evaluate("""[...document.querySelectorAll('button, input, select')]
          .filter(one => !(one.textContent || one.getAttribute('aria-label') || one.labels?.length))
          .map(one => one.outerHTML)""")
        self.assertEqual(nameless, [])

    def test_a_project_is_saved_and_comes_back(self):
        own = self.start("own")
        try:
            self.visit(own.address)
            self.separated(lambda: self.drag((2, 200), (2.5, 300)))
            self.browser.press("n")
            self.separated(lambda: self.drag((4, 200), (4.5, 300)))
            self.browser.press("s", control=True)
            self.wait_for("paint.saved")
            folder = os.path.join(self.folder.name, "own")
            self.assertIn("project.json", self.text("news"))
            self.assertTrue(os.path.exists(os.path.join(folder, "project.json")))
            self.assertEqual(sorted(os.listdir(os.path.join(folder, "marks"))),
                             ["!drums.png", "drums.png"])
            strokes = self.strokes()
            self.evaluate("sessionStorage.clear()")
            self.browser.visit(own.address)
            self.wait_for("document.body && document.body.dataset.ready === 'yes'"
                          "&& paint.strokes.list.length === 2", 60)
            self.assertEqual(self.strokes(), strokes)
            self.browser.click("#export")
            self.wait_for("/report\\.html/.test(document.getElementById('news').textContent)", 120)
            self.assertEqual(self.text("problem"), "")
        finally:
            self.browser.visit("about:blank")
            own.stop()

    def test_it_says_where_the_program_has_gone(self):
        own = self.start("gone")
        self.visit(own.address)
        own.stop()
        self.drag((2, 200), (2.5, 300))
        self.wait_for("/does not answer/.test(document.getElementById('problem').textContent)", 60)
        self.browser.complaints.clear()  # the browser's own, that nobody answers

    def test_a_tour_shows_the_way(self):
        self.browser.click("#help")
        steps = []
        for _ in range(8):
            steps.append(self.text("tour-text"))
            self.assertEqual(self.evaluate("document.querySelectorAll('.toured').length"), 1)
            self.assertTrue(self.evaluate("""(() => {
              const box = document.querySelector('.tour').getBoundingClientRect();
              return box.top >= 0 && box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
            })()"""))
            self.browser.press("Enter")
        self.assertEqual(len(set(steps)), 8)
        self.assertIsNone(self.evaluate("document.querySelector('.tour')"))
        self.browser.click("#help")
        for _ in range(3):
            self.browser.press("Enter")
        self.drag((2, 200), (2.5, 300))  # what the fourth step asks for
        self.wait_for("document.querySelector('.tour .soft').textContent === '5 of 8'", 10)
        self.browser.press("Escape")
        self.assertEqual(self.evaluate("document.querySelectorAll('.tour, .toured').length"), 0)

    def test_it_is_readable_narrow_and_wide(self):
        self.addCleanup(lambda: (self.browser.resize(1280, 900), self.browser.dark(False)))
        self.separated(lambda: self.drag((2, 200), (2.5, 300), (3, 200)))
        for width in (400, 1600):
            for dark in (False, True):
                self.browser.dark(dark)
                self.browser.resize(width, 1000)
                time.sleep(0.5)
                self.assertEqual(self.evaluate("[...document.querySelectorAll('body *')].filter(one =>"
                                               "one.getBoundingClientRect().right > innerWidth + 1"
                                               ").map(one => one.outerHTML)"), [])
                self.assertGreaterEqual(self.evaluate(
                    "Math.min(...[...document.querySelectorAll('button')].filter(b => b.offsetParent)"
                    ".map(b => b.getBoundingClientRect().height))"), 30)
                if "NMFSEP_SCREENSHOTS" in os.environ:
                    self.browser.screenshot(os.path.join(
                        os.environ["NMFSEP_SCREENSHOTS"], f"paint-{width}{'-dark' * dark}.png"))


if __name__ == "__main__":
    if chromium() is None:
        print("SKIPPED: chromium is not installed")
        sys.exit(77)
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()

"""Looking, listening and saving on the page of `nmfsep paint`: paint_view_test.py PROGRAM
[unittest's arguments].

With NMFSEP_SCREENSHOTS=FOLDER it leaves pictures of the page there, to be looked at."""

import os
import time

from paint_page import DATA, Paint, PaintPage, SOURCES, main


class Looking(PaintPage):
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
        x, y = self.point(3, 1000)
        self.browser.drag([(x, y), (x - 40, y + 30)], button="middle")
        self.assertAlmostEqual(self.point(3, 1000)[0], x - 40, delta=1)
        self.assertAlmostEqual(self.point(3, 1000)[1], y + 30, delta=1)
        self.assertEqual(self.strokes(), [])
        self.browser.press("f")
        self.assertEqual(window(), whole)
        self.browser.press("+")
        self.assertLess(window()[1] - window()[0], whole[1] - whole[0])
        self.set("scroll", 1000)
        self.assertAlmostEqual(window()[1], whole[1])
        self.browser.press("-")
        for edge, before in zip(window(), whole):
            self.assertAlmostEqual(edge, before)
        self.evaluate("document.getElementById('scale').value = 'linear';"
                      "document.getElementById('scale').dispatchEvent(new Event('change'))")
        self.assertAlmostEqual(window()[3], self.evaluate("paint.session.rate") / 2)
        middle = self.point(0, 0)[1] / 2 + self.point(0, window()[3])[1] / 2
        self.assertAlmostEqual(self.point(0, window()[3] / 2)[1], middle, delta=1)

    def test_the_cursor_is_read_out(self):
        x, y = self.point(3, 440)
        self.browser.hover((x, y))
        self.assertRegex(self.text("readout"), r"^(2\.99|3\.00).* s · 4[34]\d Hz \(A4\) · .* dB$")

    def test_mixture_and_stems_are_seen(self):
        self.separated(lambda: self.drag((2, 200), (2.5, 300)))
        picture = lambda: self.evaluate("paint.view.draw(), paint.view.base.toDataURL()")
        seen = [picture()]
        for name in (*SOURCES, "overlay/"):
            self.browser.click(f'[data-layer="{name}"]')
            self.wait_for("paint.layers.visible().every(layer => layer.bytes)")
            seen.append(picture())
            self.assertEqual(self.evaluate("paint.layers.shown"), name)
        self.assertEqual(len(set(seen)), 5)
        self.browser.press("v")
        self.assertEqual(picture(), seen[0])
        self.browser.click('[data-layer="bass"]')
        self.browser.press("2")
        self.browser.press("x")
        self.separated(lambda: self.drag((4, 300), (7, 5000)))  # which changes the stem that is seen
        self.wait_for("paint.layers.visible().every(({chunks, version}) => chunks[0] === version)")
        self.assertNotEqual(picture(), seen[2])
        self.assertGreater(self.evaluate("paint.view.levelAt(5, 440)"), -60)

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
          const meter = () => {
            const analyser = context.createAnalyser();
            analyser.fftSize = length;
            return analyser;
          };
          const power = (analyser) => {
            const samples = new Float32Array(length);
            analyser.getFloatTimeDomainData(samples);
            return samples.reduce((sum, sample) => sum + sample ** 2, 0);
          };
          // One meter hears their difference: two that are read after each other hear two moments.
          const whole = meter(), apart = meter(), turned = context.createGain();
          turned.gain.value = -1;
          tracks[0].source.fade.connect(whole);
          tracks[0].source.fade.connect(turned).connect(apart);
          for (const { source } of tracks.slice(1)) source.fade.connect(apart);
          await new Promise(done => setTimeout(done, 1000 * length / context.sampleRate + 100));
          return Math.sqrt(power(apart) / power(whole));
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

    def test_the_demo_opens_with_its_tour(self):
        demo = Paint("--demo", "--project", os.path.join(self.folder.name, "demo"))
        self.addCleanup(demo.stop)
        self.visit(demo.address)
        self.assertEqual(self.text("title"), "mixture.flac")
        self.assertEqual(self.evaluate("document.querySelector('.tour .soft').textContent"), "1 of 8")
        self.wait_for("paint.version > 0")
        self.browser.visit("about:blank")

    def test_sources_are_learnt_from_what_is_painted(self):
        learning = Paint(os.path.join(DATA, "mixture.flac"), "--learn", "low=4", "--learn", "high=4",
                         "--project", os.path.join(self.folder.name, "learning"))
        self.addCleanup(learning.stop)
        self.visit(learning.address)
        self.assertRegex(self.text("status"), "Paint over what is surely of one source")
        self.assertTrue(self.evaluate("document.querySelector('[data-layer=low]').disabled"))
        self.browser.press("x")
        self.drag((0.5, 40), (7.5, 150))
        self.browser.press("2")
        self.separated(lambda: self.drag((0.5, 1000), (7.5, 6000)))
        self.browser.click("[data-layer=low]")
        self.wait_for("paint.layers.stems[0].bytes")
        self.assertGreater(self.evaluate("paint.view.levelAt(3, 90)"), -60)
        self.browser.visit("about:blank")

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
                if not self.browser.dark(dark):
                    continue
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
    main()

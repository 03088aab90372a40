"""Gestures on the page of `nmfsep paint`: paint_page_test.py PROGRAM [unittest's arguments]."""

import base64
import struct
import zlib

from paint_page import PaintPage, SOURCES, main


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


class Gestures(PaintPage):
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
        self.browser.press("}", "BracketRight", shift=True)
        self.assertAlmostEqual(self.evaluate("paint.settings.strength"), 0.45)

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

    def test_what_is_left_after_undoing_is_what_the_strokes_left_paint(self):
        different = self.evaluate("""(() => {
          let seed = 7;
          const random = (low, high) => {
            seed = seed * 16807 % 2147483647;
            return low + (high - low) * seed / 2147483647;
          };
          const of = (choices) => choices[Math.floor(random(0, choices.length))];
          const { strokes, grid } = paint;
          const copy = () => [...strokes.rasters.values()].map(({ bytes }) => bytes.slice());
          strokes.onchange = () => {};
          let different = 0;
          for (let n = 0; n < 120; ++n) {
            const choice = random(0, 1);
            if (choice < 0.3) strokes.undo();
            else if (choice < 0.4) strokes.redo();
            else {
              const point = () => [random(-0.5, 8.5), 2 ** random(3, 14)];
              strokes.add({ tool: of(['brush', 'erase', 'harmonic', 'box', 'lasso']), source: of(['drums', 'bass']),
                never: random(0, 1) < 0.3, strength: random(0, 1), points: [point(), point(), point()],
                seconds: random(0, 0.2), height: random(0, 0.4), scale: 'log', partials: 3 });
            }
            const before = copy();
            strokes.repaint([0, grid.frames]);
            copy().forEach((bytes, i) => { if (bytes.some((b, k) => b !== before[i][k])) ++different; });
          }
          return different;
        })()""")
        self.assertEqual(different, 0)

    def test_a_brush_covers_what_its_disc_passes(self):
        wrong = self.evaluate("""(async () => {
          const { cover } = await import('./shapes.js');
          const { grid } = paint;
          let wrong = 0;
          for (const [[s0, f0], [s1, f1]] of [[[1, 200], [2, 3000]], [[3, 4000], [2.2, 300]], [[1, 500], [1, 900]],
            [[1, 500], [1.5, 500]], [[0, 8000], [0.3, 10900]]]) {
            const stroke = { tool: 'brush', scale: 'log', seconds: 0.15, height: 0.3, points: [[s0, f0], [s1, f1]] };
            const covered = new Uint8Array(grid.bins * grid.frames);
            cover(stroke, grid, [0, grid.frames], (frame, first, last) =>
              covered.fill(1, frame * grid.bins + first, frame * grid.bins + last));
            const a = [s0 / 0.15, Math.log2(f0) / 0.3], b = [s1 / 0.15, Math.log2(f1) / 0.3];
            for (let frame = 0; frame < grid.frames; ++frame)
              for (let bin = 8; bin < grid.bins; ++bin) {
                const p = [grid.secondsOf(frame) / 0.15, Math.log2(bin * grid.hertz) / 0.3];
                const d = [b[0] - a[0], b[1] - a[1]];
                const along = Math.min(1, Math.max(0,
                  ((p[0] - a[0]) * d[0] + (p[1] - a[1]) * d[1]) / (d[0] ** 2 + d[1] ** 2)));
                const far = Math.hypot(p[0] - a[0] - along * d[0], p[1] - a[1] - along * d[1]);
                if (Math.abs(far - 1) > 0.03 && (far < 1) !== (covered[frame * grid.bins + bin] === 1)) ++wrong;
              }
          }
          return wrong;
        })()""")
        self.assertEqual(wrong, 0)

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


if __name__ == "__main__":
    main()

"""`nmfsep paint` over sockets: server_test.py PROGRAM [unittest's arguments]."""

import base64
import json
import os
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from served import RATE, SECONDS, Server, make_material, png, write_wav, tone

KNOWN = ("-m", "low.safetensors", "-m", "high.safetensors")
LEARNT = ("--learn", "low=3", "--learn", "high=3")


def setUpModule():
    global STAGE
    STAGE = tempfile.mkdtemp(prefix="nmfsep-paint-")
    make_material(PROGRAM, STAGE)


def tearDownModule():
    shutil.rmtree(STAGE)


class Served(unittest.TestCase):
    """Each test has a folder of its own with the material in it."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="nmfsep-paint-")
        self.addCleanup(shutil.rmtree, self.folder)
        for name in os.listdir(STAGE):
            shutil.copy(os.path.join(STAGE, name), self.folder)

    def serve(self, *words):
        server = Server(PROGRAM, self.folder, *words)
        self.addCleanup(server.process.stdout.close)
        self.addCleanup(server.process.stderr.close)
        self.addCleanup(server.end)
        return server

    def run_program(self, *words):
        return subprocess.run([PROGRAM, *words], cwd=self.folder, text=True, capture_output=True)

    def read(self, *path):
        with open(os.path.join(self.folder, *path), "rb") as file:
            return file.read()

    def files(self):
        return sorted(os.path.relpath(os.path.join(folder, name), self.folder)
                      for folder, _, names in os.walk(self.folder) for name in names)


class Doors(Served):
    """What does not come from the page gets nothing, and the page is served all the same."""

    def setUp(self):
        super().setUp()
        self.server = self.serve("mix.wav", *KNOWN)

    def tearDown(self):
        status, facts = self.server.json("session")
        self.assertEqual(status, 200)
        self.assertEqual(facts["title"], "mix.wav")

    def request(self, path, host=None, more=""):
        head = f"GET {path} HTTP/1.1\r\n"
        if host is not None:
            head += f"Host: {host}\r\n"
        return self.server.raw((head + more + "\r\n").encode(), wait=3)

    def assertStatus(self, answer, *statuses):
        self.assertIn(answer.split(b" ")[1] if answer else b"", [str(s).encode() for s in statuses])

    def test_without_the_token_or_with_another_there_is_nothing(self):
        token = self.server.root.strip("/")
        self.assertEqual(len(token), 32)
        other = ("0" if token[0] != "0" else "1") + token[1:]
        for path in ("/", "/session", "/page.html", f"/{other}/session", f"/{token[:-1]}/session",
                     f"/{token}0/session", f"/{token}", "//session", f"/x/{token}/session"):
            status, headers, body = self.server.ask("GET", path)
            self.assertEqual((status, body), (404, b"not found\n"), path)
        another = self.serve("mix.wav", *KNOWN)
        self.assertNotEqual(another.root, self.server.root)

    def test_another_host_is_refused(self):
        path = self.server.root + "session"
        port = self.server.port
        for host in (None, "", "evil.example", f"evil.example:{port}", "127.0.0.1",
                     f"127.0.0.1:{port + 1}", f"127.0.0.1:{port}.evil.example",
                     f"localhost:{port}x", f"[::1]:{port}"):
            answer = self.request(path, host)
            self.assertStatus(answer, 403, 400)
            self.assertNotIn(b"mix.wav", answer)
        twice = self.request(path, f"127.0.0.1:{port}", "Host: evil.example\r\n")
        self.assertStatus(twice, 403, 400)
        self.assertStatus(self.request(path, f"localhost:{port}"), 200)

    def test_another_origin_is_refused(self):
        path = self.server.root + "session"
        port = self.server.port
        for origin in ("http://evil.example", f"https://127.0.0.1:{port}", "null", "",
                       f"http://127.0.0.1:{port + 1}", f"http://127.0.0.1:{port}.evil.example"):
            self.assertEqual(self.server.ask("GET", path, None, {"Origin": origin})[0], 403, origin)
            self.assertEqual(self.server.ask("POST", self.server.root + "marks", b"{}",
                                             {"Origin": origin})[0], 403, origin)
        own = f"http://localhost:{port}"
        self.assertEqual(self.server.ask("GET", path, None, {"Origin": own})[0], 200)

    def test_no_path_leads_to_a_file(self):
        for path in ("../mix.wav", "mix.wav", "../../../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd",
                     "..%2f..%2fetc%2fpasswd", "/etc/passwd", "%2fetc%2fpasswd",
                     "layers/../mix.wav",
                     "layers/../../mix.wav/audio", "layers/%2e%2e/audio", "page.html%00.js",
                     "layers/", "layers//audio", "page.html/", "..\\mix.wav"):
            answer = self.request(self.server.root + path, self.server.host)
            self.assertNotIn(b"RIFF", answer)
            self.assertNotIn(b"root:", answer)
            if "%00" not in path:
                self.assertStatus(answer, 404, 400)

    def test_other_methods_are_refused(self):
        for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "HEAD"):
            answer = self.server.raw(f"{method} {self.server.root}session HTTP/1.1\r\n"
                                     f"Host: {self.server.host}\r\n\r\n".encode(), wait=1)
            self.assertStatus(answer, 405, 400)

    def test_a_body_of_a_gigabyte_is_refused_before_it_is_sent(self):
        for path in ("marks", "project", "export", "session"):
            for length in (1 << 30, 10**30):
                answer = self.server.raw(
                    f"POST {self.server.root}{path} HTTP/1.1\r\nHost: {self.server.host}\r\n"
                    f"Content-Length: {length}\r\n\r\n".encode())
                self.assertStatus(answer, 413, 400)
        chunked = self.server.raw(
            f"POST {self.server.root}marks HTTP/1.1\r\nHost: {self.server.host}\r\n"
            "Transfer-Encoding: chunked\r\n\r\n5\r\n{}   \r\n".encode())
        self.assertStatus(chunked, 411)
        self.assertStatus(self.server.raw(
            f"POST {self.server.root}marks HTTP/1.1\r\nHost: {self.server.host}\r\n"
            "Content-Length: -5\r\n\r\n".encode(), wait=3), 400)

    def test_garbage_is_no_end(self):
        for data in (b"", b"\0" * 1000, b"\xff" * 70000, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                     b"GET " + b"/a" * 50000 + b" HTTP/1.1\r\n\r\n",
                     b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20000 + b"\r\n",
                     b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\n",
                     os.urandom(5000)):
            try:
                self.assertNotIn(b"200 OK", self.server.raw(data, wait=0.5))
            except OSError:
                pass

    def test_a_thousand_connections_leave_room(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < 1200:
            self.skipTest(f"SKIPPED: only {hard} open files are allowed here")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1200), hard))
        held = []
        try:
            for i in range(1000):
                one = socket.create_connection(("127.0.0.1", self.server.port), timeout=10)
                one.sendall(b"GET /" if i % 2 else b"")
                held.append(one)
            begin = time.monotonic()
            self.assertEqual(self.server.json("session")[0], 200)
            self.assertLess(time.monotonic() - begin, 10)
        finally:
            for one in held:
                one.close()
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def test_every_answer_says_what_a_browser_may_do_with_it(self):
        for path in ("", "session", "layers/mixture/audio", "nothing"):
            headers = self.server.get(path)[1]
            self.assertEqual(headers["Content-Security-Policy"],
                             "default-src 'self'; img-src 'self' blob: data:; "
                             "media-src 'self' blob:")
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Cache-Control"], "no-store")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")

    def test_other_machines_reach_nothing(self):
        with open("/proc/net/tcp", encoding="ascii") as table:
            bound = [line.split()[1] for line in table if
                     line.split()[1].endswith(f":{self.server.port:04X}")
                     and line.split()[3] == "0A"]
        self.assertEqual(bound, [f"0100007F:{self.server.port:04X}"])


class Page(Served):
    """What the page asks for."""

    def test_it_gets_itself_and_what_it_shows(self):
        server = self.serve("mix.wav", *KNOWN)
        status, headers, body = server.get("")
        self.assertEqual((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        self.assertEqual(server.get("page.html")[2], body)
        facts = server.json("session")[1]
        self.assertEqual((facts["rate"], facts["duration"], facts["channels"]), (RATE, SECONDS, 1))
        self.assertEqual([one["name"] for one in facts["sources"]], ["low", "high"])
        self.assertEqual([one["learnt"] for one in facts["sources"]], [False, False])
        self.assertEqual((facts["strength"], facts["floor_db"], facts["demo"], facts["saved"]),
                         (5, -80, False, False))
        frames, bins = facts["frames"], facts["bins"]
        levels = server.get("layers/mixture/spectrogram")[2]
        self.assertEqual(len(levels), frames * bins)
        self.assertEqual(max(levels), 255)
        loudest = levels.index(255) % bins * facts["rate"] / 2 / (bins - 1)
        self.assertLess(abs(loudest - 220), 20)
        some = server.get("layers/mixture/spectrogram", **{"from": 3, "to": 5})[2]
        self.assertEqual(some, levels[3 * bins:5 * bins])
        self.assertEqual(server.json("layers/mixture/spectrogram", **{"from": "x"})[0], 400)
        self.assertEqual(server.settled()["version"], 1)
        audio = {name: server.get(f"layers/{name}/audio") for name in ("mixture", "low", "high")}
        for status, headers, body in audio.values():
            self.assertEqual((status, headers["Content-Type"]), (200, "audio/wav"))
            self.assertEqual(len(body), 44 + 2 * RATE * SECONDS)
        self.assertEqual(len(server.get("layers/low/spectrogram")[2]), frames * bins)
        self.assertEqual(server.json("layers/nobody/audio")[0], 404)

    def test_marks_change_the_stems_where_they_are(self):
        server = self.serve("mix.wav", *KNOWN)
        before = server.settled()
        sound = server.get("layers/low/audio")[2]
        facts = server.json("session")[1]
        status, answer = server.post("marks", server.marks(never=("low",)))
        self.assertEqual(status, 202, answer)
        self.assertGreater(answer["job"], 1)
        state = server.settled(before["version"])
        self.assertIsNone(state["error"])
        self.assertGreater(state["milliseconds"], 0)
        now = server.get("layers/low/audio")[2]
        self.assertNotEqual(now, sound)
        quarter = 44 + RATE * SECONDS // 4 * 2
        self.assertEqual(now[44:quarter], sound[44:quarter])
        # What is taken back sounds as before, to a step of 16 bits.
        server.post("marks", {"strength": 5, "marks": []})
        server.settled(state["version"])
        again = memoryview(server.get("layers/low/audio")[2])[44:].cast("h")
        old = memoryview(sound)[44:].cast("h")
        self.assertLess(max(abs(a - b) for a, b in zip(again, old)), 40)

    def test_all_who_wait_hear_the_news(self):
        server = self.serve("mix.wav", *KNOWN)
        news = server.settled()["news"]
        told = []
        def wait():
            begin = time.monotonic()
            state = server.json("state", after=news)[1]
            told.append((state["news"] > news, time.monotonic() - begin))
        tabs = [threading.Thread(target=wait) for _ in range(2)]
        tabs[0].start()
        time.sleep(0.5)
        server.post("marks", server.marks())  # which the first hears of
        tabs[0].join()
        server.settled(1)
        tabs[1].start()  # it was busy meanwhile
        tabs[1].join()
        self.assertEqual([is_news for is_news, _ in told], [True, True])
        self.assertLess(told[1][1], 5)

    def test_bad_marks_change_nothing_and_say_why(self):
        server = self.serve("mix.wav", *KNOWN)
        version = server.settled()["version"]
        facts = server.json("session")[1]
        good = base64.b64encode(png(facts["frames"], facts["bins"], lambda x, y: 0)).decode()
        small = base64.b64encode(png(3, 3, lambda x, y: 0)).decode()
        for body, word in (
                (b"", "no JSON"), (b"{", "no JSON"), (b"[" * 100000, "no JSON"),
                (b"[]", "strength"),
                (b"\xff\xfe", "no JSON"), ({}, "strength"), ({"strength": 5}, "marks"),
                ({"strength": "5", "marks": []}, "strength"), ({"strength": 0, "marks": [
                    {"source": "low", "never": False, "png": good}]}, "strength"),
                ({"strength": 5, "marks": [7]}, "source"),
                ({"strength": 5, "marks": [{"source": "low"}]}, "png"),
                ({"strength": 5, "marks": [{"source": "low", "never": 1, "png": good}]}, "never"),
                ({"strength": 5, "marks": [{"source": "low", "png": "?"}]}, "base64"),
                ({"strength": 5, "marks": [{"source": "low", "png": "AAAA"}]}, "PNG"),
                ({"strength": 5, "marks": [{"source": "low", "png": good[:-80]}]}, "PNG"),
                ({"strength": 5, "marks": [{"source": "low", "png": small}]}, "3 × 3 pixels"),
                ({"strength": 5, "marks": [{"source": "nobody", "png": good}]}, "nobody")):
            for path in ("marks", "project"):
                status, answer = server.post(path, body)
                self.assertEqual(status, 400, (body, answer))
                self.assertIn(word, answer["error"])
        self.assertEqual(server.json("session")[1]["version"], version)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "mix-paint")))

    def test_exports_are_those_of_the_command_line_to_the_bit(self):
        for words in (KNOWN, LEARNT, (*KNOWN[:2], "--learn", "high=3", "--seed", "7")):
            with self.subTest(words):
                out = "of" + words[0].strip("-") + str(len(words))
                server = self.serve("mix.wav", *words, "--project", out)
                status, answer = server.post("marks", server.marks())
                self.assertEqual(status, 202, answer)
                status, answer = server.post("export", b"")
                self.assertEqual(status, 200, answer)
                self.assertEqual(sorted(answer["files"]),
                                 ["report.html", "stems/high.wav", "stems/low.wav"])
                exported = {name: self.read(out, "stems", name + ".wav")
                            for name in ("low", "high")}
                strokes = [{"x": 1, "name": "ä<b>"}]
                status, answer = server.post("project", {**server.marks(), "strokes": strokes})
                self.assertEqual(status, 200, answer)
                self.assertIn("project.json", answer["files"])
                self.assertIn("marks/low.png", answer["files"])
                server.end()
                result = self.run_program("separate", "mix.wav", "--guide", f"{out}/project.json",
                                          "-o", out + "-again")
                self.assertEqual(result.returncode, 0, result.stderr)
                for name, bytes_ in exported.items():
                    self.assertEqual(self.read(out + "-again", "mix", name + ".wav"), bytes_)
                    self.assertEqual(self.read(out, "stems", name + ".wav"), bytes_)
                # The same pictures, given one by one, say the same.
                by_hand = self.run_program(
                    "separate", "mix.wav", *words, "--guide", f"{out}/marks/low.png", "--guide",
                    f"{out}/marks/high.png", "--guide-strength", "4", "-o", out + "-by-hand")
                self.assertEqual(by_hand.returncode, 0, by_hand.stderr)
                self.assertEqual(self.read(out + "-by-hand", "mix", "low.wav"), exported["low"])
                self.assertIn(b"<html", self.read(out, "report.html"))
                # Opened again it is as it was.
                opened = self.serve("mix.wav", "--project", out)
                self.assertEqual(opened.json("project")[1], {"strokes": strokes, "strength": 4})
                facts = opened.json("session")[1]
                self.assertEqual((facts["saved"], facts["strength"]), (True, 4))
                self.assertEqual(sorted(one["name"] for one in facts["sources"]), ["high", "low"])
                status, answer = opened.post("export", b"")
                self.assertEqual(status, 200, answer)
                self.assertEqual(self.read(out, "stems", "low.wav"), exported["low"])

    def test_learnt_sources_wait_for_marks(self):
        server = self.serve("mix.wav", *LEARNT)
        state = server.settled()
        self.assertEqual(state["version"], 0)
        self.assertIn("paint where each of them is", state["error"])
        status, answer = server.json("layers/low/audio")
        self.assertEqual(status, 404)
        self.assertIn("nothing is separated yet", answer["error"])
        self.assertEqual(server.post("export", b"")[0], 400)
        self.assertEqual(server.post("marks", server.marks())[0], 202)
        self.assertGreaterEqual(server.settled()["version"], 2)  # a first one, and the whole
        self.assertEqual(server.json("session")[1]["sources"],
                         [{"name": "low", "learnt": True}, {"name": "high", "learnt": True}])

    def test_what_others_wrote_is_left_alone(self):
        os.makedirs(os.path.join(self.folder, "mine", "stems"))
        with open(os.path.join(self.folder, "mine", "stems", "low.wav"), "w") as file:
            file.write("precious")
        server = self.serve("mix.wav", *KNOWN, "--project", "mine")
        before = self.files()
        for path, body in (("export", b""), ("project", server.marks())):
            status, answer = server.post(path, body)
            self.assertEqual(status, 500)
            self.assertIn("low.wav", answer["error"])
            self.assertEqual(self.files(), before)
        self.assertEqual(self.read("mine", "stems", "low.wav"), b"precious")


class Ends(Served):
    def test_an_interruption_ends_it_with_nothing_left(self):
        write_wav(os.path.join(self.folder, "long.wav"), tone(220, 1) * 20, RATE)
        for how, path in ((signal.SIGINT, None), (signal.SIGTERM, None), (signal.SIGINT, "export"),
                          (signal.SIGINT, "state")):
            server = self.serve("long.wav", "--learn", "low=40", "--learn", "high=40")
            before = self.files()
            facts = server.json("session")[1]
            picture = base64.b64encode(png(facts["frames"], facts["bins"],
                                           lambda x, y: 255 if y > 100 else 0)).decode()
            server.post("marks", {"strength": 5, "marks": [{"source": "low", "png": picture}]})
            waiting = None
            if path:
                waiting = socket.create_connection(("127.0.0.1", server.port))
                verb = "POST" if path == "export" else "GET"
                waiting.sendall(f"{verb} {server.root}{path} HTTP/1.1\r\nHost: {server.host}\r\n"
                                "Content-Length: 0\r\n\r\n".encode())
                time.sleep(0.3)
            begin = time.monotonic()
            status, said = server.end(how)
            self.assertEqual(status, 128 + how, said)
            self.assertLess(time.monotonic() - begin, 30)
            self.assertEqual(self.files(), before)
            if waiting:
                waiting.close()

    def test_wrong_usage_is_told_before_anything_is_served(self):
        for words, word in (
                ((), "give a recording"), (("mix.wav",), "-m"),
                (("mix.wav", "--learn", "x"), "NAME=N"),
                (("mix.wav", "--learn", "x=3"), "one source alone"),
                (("mix.wav", "--learn", "a/b=3", "--learn", "c=3"), "a/b"),
                (("mix.wav", "--learn", " a=3", "--learn", "c=3"), "' a'"),
                (("mix.wav", "--learn", "c=3", "--learn", "c=3"), "'c'"),
                (("mix.wav", *KNOWN, "--learn", "low=3"), "'low'"),
                (("none.wav", *KNOWN), "none.wav"),
                (("mix.wav", *KNOWN, "--port", "70000"), "65535"),
                (("mix.wav", *KNOWN, "--guide-strength", "-1"), "strength"),
                (("mix.wav", *KNOWN, "--demo"), "--demo"),
                (("mix.wav", "-m", "low.safetensors", "--learn", "mixture=3"), "mixture"),
                (("mix.wav", "-m", "mix.wav", "-m", "low.safetensors"), "mix.wav")):
            result = self.run_program("paint", *words)
            self.assertNotEqual(result.returncode, 0)
            self.assertEqual(result.stdout, "")
            self.assertIn(word, result.stderr)
        # 37 hours of silence, which take no room on disk.
        size = 2**31 - 1000
        with open(os.path.join(self.folder, "endless.wav"), "wb") as file:
            file.write(struct.pack("<4sI8sIHHIIHH4sI", b"RIFF", size + 36, b"WAVEfmt ", 16, 1, 1,
                                   8000, 16000, 2, 16, b"data", size))
            file.truncate(size + 44)
        many = [word for i in range(100) for word in ("--learn", f"s{i}=1")]
        result = self.run_program("paint", "endless.wav", *many)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("cut out the part to paint on", result.stderr)
        server = self.serve("mix.wav", *KNOWN)
        result = self.run_program("paint", "mix.wav", *KNOWN, "--port", str(server.port))
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"--port {server.port}", result.stderr)

    def test_bad_projects_are_told_apart(self):
        server = self.serve("mix.wav", *KNOWN, "--project", "p")
        self.assertEqual(server.post("project", server.marks())[0], 200)
        server.end()
        path = os.path.join(self.folder, "p", "project.json")
        with open(path, encoding="utf-8") as file:
            good = json.load(file)
        def changed(**fields):
            return json.dumps({**good, **fields})
        for text, word in (
                ("{", "begins as JSON"), ("{}", "no project"), (changed(format="x"), "no project"),
                (changed(format_version=2), "format version 2"), (changed(models=7), "models"),
                (changed(models=["../x.safetensors"]), "no file of the project's folder"),
                (changed(models=["/etc/passwd"]), "no file of the project's folder"),
                (changed(models=["models/none.safetensors"]), "none.safetensors"),
                (changed(strength=0), "strength"), (changed(strength=None), "strength"),
                (changed(marks=[{"source": "low", "never": False, "file": "project.json"}]),
                 "no PNG"),
                (changed(marks=[{"source": "low", "never": False, "file": "../mix.wav"}]),
                 "no file of"),
                (changed(marks=[{"source": "low", "file": "marks/low.png"}]), "never"),
                (changed(marks=[3]), "marks[0]"), (changed(mixture={}), "mixture"),
                (changed(seed=-1), "seed"), (changed(learn="low=3"), "learn"),
                ("{" * 1000, "begins as JSON")):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            for command in (("separate", "mix.wav", "--guide", "p/project.json", "-o", "never"),
                            ("paint", "mix.wav", "--project", "p")):
                result = self.run_program(*command)
                self.assertNotEqual(result.returncode, 0, (text, command))
                self.assertIn(word, result.stderr)
                self.assertIn("p/", result.stderr)
                self.assertFalse(os.path.exists(os.path.join(self.folder, "never")))
        with open(path, "w", encoding="utf-8") as file:
            file.write(changed())
        other = self.run_program("separate", "low.wav", "--guide", "p/project.json", "-o", "other")
        self.assertEqual(other.returncode, 0, other.stderr)
        self.assertIn("is not the file that the project was painted on", other.stderr)
        self.assertEqual(self.run_program("paint", "low.wav", "--project", "p").returncode, 2)
        os.remove(os.path.join(self.folder, "p", "marks", "low.png"))
        gone = self.run_program("separate", "mix.wav", "--guide", "p/project.json", "-o", "never")
        self.assertNotEqual(gone.returncode, 0)
        self.assertIn("marks/low.png", gone.stderr)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)

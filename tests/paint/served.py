"""nmfsep paint at work, and what its page would send."""

import base64
import http.client
import json
import math
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.parse
import zlib

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from wav_file import write_wav

RATE = 8000
SECONDS = 2


def tone(hertz, beats):
    """A tone that swells and fades."""
    return [0.3 * math.sin(2 * math.pi * hertz * n / RATE)
            * (0.55 + 0.45 * math.sin(2 * math.pi * beats * n / RATE))
            for n in range(RATE * SECONDS)]


def make_material(program, folder):
    """mix.wav of a low tone and a high one, and models trained on what is like both."""
    low, high = tone(220, 1.1), tone(880, 0.7)
    write_wav(os.path.join(folder, "mix.wav"), [a + b for a, b in zip(low, high)], RATE)
    generator = random.Random(3)
    for name, samples in (("low", tone(230, 0.5)), ("high", tone(900, 0.9))):
        noisy = [x + generator.uniform(-0.02, 0.02) for x in samples]
        write_wav(os.path.join(folder, name + ".wav"), noisy, RATE)
        subprocess.run([program, "train", name + ".wav", "-o", name + ".safetensors", "-c", "4",
                        "--iterations", "20", "-q"], cwd=folder, check=True)


def png(width, height, white):
    """A grey PNG; white(column, row) is how white a pixel is, 0 to 255, row 0 on top."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    rows = b"".join(b"\0" + bytes(white(column, row) for column in range(width))
                    for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class Server:
    """A run of `nmfsep paint`, which ends with it."""

    def __init__(self, program, folder, *words):
        self.folder = folder
        self.process = subprocess.Popen([program, "paint", *words], cwd=folder, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.address = self.process.stdout.readline().strip()
        if not self.address:
            raise RuntimeError(self.process.communicate()[1])
        parts = urllib.parse.urlsplit(self.address)
        self.host, self.port, self.root = parts.netloc, parts.port, parts.path

    def end(self, how=signal.SIGINT):
        """The exit status, and what was said on stderr."""
        if self.process.returncode is None:
            self.process.send_signal(how)
        try:
            said = self.process.communicate(timeout=60)[1]
        except ValueError:  # it was read before
            said = ""
        return self.process.returncode, said

    def raw(self, data, wait=10):
        """All that is answered to these bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as connection:
            connection.sendall(data)
            answer = b""
            try:
                while part := connection.recv(1 << 16):
                    answer += part
                    if b"\r\n\r\n" in answer and b"Content-Length: " in answer:
                        head, body = answer.split(b"\r\n\r\n", 1)
                        if len(body) >= int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0]):
                            break
            except (TimeoutError, ConnectionResetError):
                pass
            return answer

    def ask(self, method, path, body=None, headers=None):
        """Status, headers and body of the answer; `path` is whole."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def get(self, path, **query):
        words = "?" + urllib.parse.urlencode(query) if query else ""
        return self.ask("GET", self.root + path + words)

    def json(self, path, **query):
        status, _, body = self.get(path, **query)
        return status, json.loads(body)

    def post(self, path, body):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        status, _, answer = self.ask("POST", self.root + path, data,
                                     {"Content-Type": "application/json"})
        return status, json.loads(answer)

    def settled(self, after=0):
        """The state once a version later than `after` is there and nothing is on its way."""
        end = time.monotonic() + 100
        news = -1
        while time.monotonic() < end:
            state = self.json("state", after=news)[1]
            news = state["news"]
            if state["error"] or (not state["busy"] and state["version"] > after):
                return state
        raise TimeoutError(str(state))

    def marks(self, never=()):
        """Low is painted below 500 Hz, high above, in the second half."""
        facts = self.json("session")[1]
        frames, bins = facts["frames"], facts["bins"]
        split = bins - round(500 / (facts["rate"] / 2) * bins)  # from above
        def picture(is_it):
            return base64.b64encode(png(frames, bins, lambda x, y: 200 if x > frames // 2
                                        and is_it(y) else 0)).decode()
        return {"strength": 4, "marks": [
            {"source": "low", "never": "low" in never, "png": picture(lambda y: y >= split)},
            {"source": "high", "never": "high" in never, "png": picture(lambda y: y < split)}]}

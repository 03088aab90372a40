"""Firefox without a window, told what to do by WebDriver BiDi, through a WebSocket of its own
(RFC 6455, as much of it as one client of one honest server needs)."""

import base64
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import time

from browser_profile import remove_profile

PREFERENCES = """
user_pref("app.normandy.enabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("ui.systemUsesDarkTheme", 0);
"""

# As the DevTools protocol calls them, and WebDriver's code points.
KEYS = {"Enter": "\ue006", "Tab": "\ue004", "Escape": "\ue00c", "Home": "\ue011",
        "ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014",
        "ArrowDown": "\ue015"}
SHIFT, CONTROL = "\ue008", "\ue009"


def firefox():
    """The browser's path, or None where there is none."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


def plain(value):
    """A value as WebDriver BiDi writes it, without its types."""
    kind, inner = value["type"], value.get("value")
    if kind == "array":
        return [plain(one) for one in inner]
    if kind == "object":
        return {key: plain(one) for key, one in inner}
    return float(inner) if kind == "number" and isinstance(inner, str) else inner


class Socket:
    """Text messages over a WebSocket."""

    def __init__(self, host, port, path):
        self.connection = socket.create_connection((host, port), timeout=60)
        key = base64.b64encode(os.urandom(16)).decode()
        self.connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(head.decode())

    def _more(self):
        some = self.connection.recv(1 << 20)
        if not some:
            raise EOFError("the browser has gone")
        self.buffer += some

    def _take(self, count):
        while len(self.buffer) < count:
            self._more()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def send(self, text, kind=1):
        data = text.encode() if isinstance(text, str) else text
        mask = os.urandom(4)
        length = len(data)
        head = (struct.pack("!BB", 0x80 | kind, 0x80 | length) if length < 126
                else struct.pack("!BBH", 0x80 | kind, 0x80 | 126, length) if length < 1 << 16
                else struct.pack("!BBQ", 0x80 | kind, 0x80 | 127, length))
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
        self.connection.sendall(head + mask + masked)

    def receive(self):
        message = b""
        while True:
            first, length = self._take(2)
            if length == 126:
                length, = struct.unpack("!H", self._take(2))
            elif length == 127:
                length, = struct.unpack("!Q", self._take(8))
            data = self._take(length)
            if first & 15 == 8:
                raise EOFError("the browser has gone")
            if first & 15 == 9:
                self.send(data, 10)
            elif first & 15 in (0, 1):
                message += data
                if first & 0x80:
                    return message.decode()

    def close(self):
        self.connection.close()


class Firefox:
    """One page of one browser, which goes with it. Keeps what the page complains of and fetches."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="nmfsep-browser-")
        with open(os.path.join(self.profile.name, "user.js"), "w", encoding="utf-8") as file:
            file.write(PREFERENCES)
        self.process = subprocess.Popen(
            [firefox(), "--headless", "--no-remote", "--profile", self.profile.name,
             "--remote-debugging-port", "0", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            found = re.search(r"listening on ws://([\d.]+):(\d+)", line)
            if found:
                break
        else:
            raise EOFError("the browser has gone")
        self.process.stderr.close()
        self.socket = Socket(found[1], int(found[2]), "/session")
        self.count = 0
        self.complaints = []
        self.fetched = []
        self.call("session.new", capabilities={})
        self.page = self.call("browsingContext.getTree")["contexts"][0]["context"]
        self.call("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])

    def close(self):
        try:
            self.call("browser.close")
        except (EOFError, OSError):
            pass
        self.socket.close()
        self.process.wait(60)
        remove_profile(self.profile)

    def call(self, method, **parameters):
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.receive())
            if answer.get("type") == "event":
                self._listen(answer["method"], answer["params"])
            elif answer.get("id") == self.count:
                if answer["type"] == "error":
                    raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
                return answer["result"]

    def _listen(self, method, parameters):
        if method == "log.entryAdded":
            if parameters["level"] in ("error", "warn"):
                self.complaints.append(parameters["text"])
        elif method == "network.beforeRequestSent":
            self.fetched.append(parameters["request"]["url"])

    def open(self, path):
        self.visit("file://" + os.path.abspath(path))

    def visit(self, url):
        self.call("browsingContext.navigate", context=self.page, url=url,
                  wait="interactive")

    def evaluate(self, expression):
        """The value of a JavaScript expression, awaited where it is a promise."""
        result = self.call("script.evaluate", expression=expression, awaitPromise=True,
                           target={"context": self.page},
                           serializationOptions={"maxObjectDepth": None})
        if result["type"] == "exception":
            raise RuntimeError(result["exceptionDetails"]["text"])
        return plain(result["result"])

    def wait_for(self, expression, seconds=30):
        end = time.monotonic() + seconds
        while True:
            try:
                if self.evaluate(expression):
                    return
            except RuntimeError:  # the page is just being changed
                if time.monotonic() > end:
                    raise
            if time.monotonic() > end:
                raise TimeoutError(expression)
            time.sleep(0.05)

    def _act(self, kind, actions):
        more = {"parameters": {"pointerType": "mouse"}} if kind == "pointer" else {}
        self.call("input.performActions", context=self.page,
                  actions=[{"type": kind, "id": kind, "actions": actions, **more}])

    def press(self, key, code=None, shift=False, control=False):
        """A key as a hand presses it, so that the page may play."""
        held = [SHIFT] * shift + [CONTROL] * control
        key = KEYS.get(key, key)
        if shift and code and code.startswith("Digit"):
            key = ")!@#$%^&*("[int(code[-1])]  # from which the browser knows the place of the key
        self._act("key", [{"type": "keyDown", "value": one} for one in (*held, key)]
                  + [{"type": "keyUp", "value": one} for one in (key, *reversed(held))])

    def click(self, selector, across=0.5, down=0.5):
        """A click into an element that is in sight or can be brought there."""
        point = self.evaluate(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            "e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect();"
            f"return [b.left + {across} * b.width, b.top + {down} * b.height]; }})()")
        self.drag([point])

    def hover(self, point):
        self._act("pointer", [self._move(point)])

    @staticmethod
    def _move(point):
        return {"type": "pointerMove", "x": point[0], "y": point[1]}

    def drag(self, points, keep=False, button="left"):
        """A button goes down at the first point, through the others, and up; with keep it stays
        down. Points are CSS pixels of what is in sight."""
        number = {"left": 0, "middle": 1}[button]
        self._act("pointer", [
            self._move(points[0]), {"type": "pointerDown", "button": number},
            *(self._move(point) for point in points[1:]),
            *([] if keep else [{"type": "pointerUp", "button": number}])])

    def wheel(self, point, down, control=False, shift=False):
        """The wheel turned by `down` pixels at a point."""
        held = [SHIFT] * shift + [CONTROL] * control
        self._act("pointer", [self._move(point)])
        if held:
            self._act("key", [{"type": "keyDown", "value": one} for one in held])
        self._act("wheel", [{"type": "scroll", "x": round(point[0]), "y": round(point[1]),
                             "deltaX": 0, "deltaY": down}])
        if held:
            self._act("key", [{"type": "keyUp", "value": one} for one in held])

    def resize(self, width, height):
        self.call("browsingContext.setViewport", context=self.page,
                  viewport={"width": width, "height": height})

    def dark(self, wanted):
        """Whether the page is as dark or light as is wanted: nothing here can change that."""
        return self.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == wanted

    def download_to(self, folder):
        self.call("browser.setDownloadBehavior",
                  downloadBehavior={"type": "allowed", "destinationFolder": folder})

    def screenshot(self, path):
        shot = self.call("browsingContext.captureScreenshot", context=self.page,
                         origin="document")
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

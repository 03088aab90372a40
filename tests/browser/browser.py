"""The browser in which pages are tested: Chromium without a window, told what to do through a pipe
by the DevTools protocol; or, with NMFSEP_BROWSER=firefox, what firefox.py has."""

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from browser_profile import remove_profile
from firefox import Firefox, firefox


def chromium():
    """The browser's path, or None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def is_firefox():
    return os.environ.get("NMFSEP_BROWSER") == "firefox"


def open_browser():
    return Firefox() if is_firefox() else Chromium()


def run_tests(user):
    """Runs the tests of a script whose first argument is the program, which becomes user.program."""
    name, path = ("firefox", firefox()) if is_firefox() else ("chromium", chromium())
    if path is None:
        print(f"SKIPPED: {name} is not installed")
        sys.exit(77)
    user.program = os.path.abspath(sys.argv.pop(1))
    result = unittest.main(exit=False).result
    failed = [test for test, _ in result.failures + result.errors]
    if failed and all(isinstance(test, unittest.TestCase) for test in failed):
        # A browser that waits for other work may miss a moment, which no page can help.
        print("once more:", ", ".join(map(str, failed)), file=sys.stderr)
        again = unittest.TestSuite(type(test)(test._testMethodName) for test in failed)
        result = unittest.TextTestRunner().run(again)
    sys.exit(not result.wasSuccessful())


class Chromium:
    """One page of one browser, which goes with it. Keeps what the page complains of and fetches."""

    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="nmfsep-browser-")
        their_in, self.commands = os.pipe()
        self.answers, their_out = os.pipe()

        def as_3_and_4():
            reading, writing = os.dup(their_in), os.dup(their_out)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(
            [chromium(), "--headless=new", "--disable-gpu", "--remote-debugging-pipe",
             f"--user-data-dir={self.profile.name}", *sandbox, "about:blank"],
            preexec_fn=as_3_and_4, close_fds=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(their_in)
        os.close(their_out)
        self.buffer = b""
        self.count = 0
        self.session = None
        self.complaints = []
        self.fetched = []
        target = next(one for one in self.call("Target.getTargets")["targetInfos"]
                      if one["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=target["targetId"],
                                 flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def close(self):
        self.session = None
        try:
            self.call("Browser.close")
        except (EOFError, BrokenPipeError):
            pass
        self.process.wait(30)
        os.close(self.commands)
        os.close(self.answers)
        remove_profile(self.profile)

    def call(self, method, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next(60)
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def _next(self, seconds):
        while b"\0" not in self.buffer:
            if not select.select([self.answers], [], [], seconds)[0]:
                raise TimeoutError("the browser says nothing")
            some = os.read(self.answers, 1 << 20)
            if not some:
                raise EOFError("the browser has gone")
            self.buffer += some
        text, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(text)
        self._listen(message)
        return message

    def _listen(self, message):
        method, parameters = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.complaints.append(str(parameters["exceptionDetails"]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.complaints.append(parameters["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning"):
            self.complaints.append(str(parameters["args"]))
        elif method == "Network.requestWillBeSent":
            self.fetched.append(parameters["request"]["url"])

    def open(self, path):
        self.visit("file://" + os.path.abspath(path))

    def visit(self, url):
        self.call("Page.navigate", url=url)

    def evaluate(self, expression):
        """The value of a JavaScript expression, awaited where it is a promise."""
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True,
                           returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    def wait_for(self, expression, seconds=30):
        end = time.monotonic() + seconds
        while not self.evaluate(expression):
            if time.monotonic() > end:
                raise TimeoutError(expression)
            time.sleep(0.05)

    def press(self, key, code=None, shift=False, control=False):
        """A key as a hand presses it, so that the page may play."""
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 and not control else "")
        number = {"Enter": 13, "Tab": 9, "Escape": 27, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38,
                  "ArrowRight": 39, "ArrowDown": 40}.get(key, ord(key[0].upper()))
        both = dict(key=key, code=code or key, windowsVirtualKeyCode=number,
                    modifiers=8 * shift + 2 * control)
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **both)
        self.call("Input.dispatchKeyEvent", type="keyUp", **both)

    def click(self, selector, across=0.5, down=0.5):
        """A click into an element that is in sight or can be brought there."""
        x, y = self.evaluate(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            "e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect();"
            f"return [b.left + {across} * b.width, b.top + {down} * b.height]; }})()")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left",
                      clickCount=1)

    def drag(self, points, keep=False, button="left"):
        """A button goes down at the first point, through the others, and up; with keep it stays
        down. Points are CSS pixels of what is in sight."""
        mouse = lambda kind, point, buttons: self.call(
            "Input.dispatchMouseEvent", type=kind, x=point[0], y=point[1], button=button,
            buttons=buttons, clickCount=1)
        down = {"left": 1, "middle": 4}[button]
        mouse("mouseMoved", points[0], 0)
        mouse("mousePressed", points[0], down)
        for point in points[1:]:
            mouse("mouseMoved", point, down)
        if not keep:
            mouse("mouseReleased", points[-1], 0)

    def hover(self, point):
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=point[0], y=point[1])

    def wheel(self, point, down, control=False, shift=False):
        """The wheel turned by `down` pixels at a point."""
        self.hover(point)
        self.call("Input.dispatchMouseEvent", type="mouseWheel", x=point[0], y=point[1], deltaX=0,
                  deltaY=down, modifiers=8 * shift + 2 * control)

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)

    def dark(self, wanted):
        """Whether the page is now as dark or light as is wanted."""
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if wanted else "light"}])
        return True

    def download_to(self, folder):
        self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder)

    def screenshot(self, path):
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

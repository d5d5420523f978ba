"""What is held before the phone's camera is what a page of the phone sees."""

import io
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from PIL import Image

from house import camera
from house.browser import Phone

PAGE = b"""<!doctype html><title>phone</title><video autoplay muted playsinline></video>"""

LOOK = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({video: {width: 640, height: 480}});
  const video = document.querySelector('video');
  video.srcObject = stream;
  for (let i = 0; i < 5; i++) await new Promise(done => video.requestVideoFrameCallback(done));
  const canvas = new OffscreenCanvas(640, 480).getContext('2d');
  canvas.drawImage(video, 0, 0, 640, 480);
  stream.getTracks().forEach(track => track.stop());
  return Array.from(canvas.getImageData(320, 240, 1, 1).data);
}"""


@pytest.fixture
def origin() -> Callable[[], str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://id.localhost:{server.server_address[1]}"
        server.shutdown()


def _picture(colour: tuple[int, int, int]) -> bytes:
    png = io.BytesIO()
    Image.new("RGB", (400, 400), colour).save(png, "PNG")
    return png.getvalue()


@pytest.mark.journey
def test_the_camera_sees_each_new_picture(phone: Phone, origin: str) -> None:
    phone.page.goto(origin)
    for colour in ((220, 30, 30), (30, 30, 220)):
        camera.film(_picture(colour), phone.video)
        seen = phone.page.evaluate(LOOK)[:3]
        assert all(abs(a - b) < 40 for a, b in zip(seen, colour, strict=True)), seen


@pytest.mark.journey
def test_the_phone_makes_passkeys_with_user_verification(phone: Phone, origin: str) -> None:
    phone.page.goto(origin)
    made = phone.page.evaluate("""async () => (await navigator.credentials.create({publicKey: {
        rp: {name: 'test', id: 'id.localhost'}, challenge: new Uint8Array(32),
        user: {id: new Uint8Array(16), name: 'x', displayName: 'x'},
        pubKeyCredParams: [{type: 'public-key', alg: -7}],
        authenticatorSelection: {userVerification: 'required', residentKey: 'required'},
    }})).id""")
    assert made
    assert len(phone.authenticator.credentials()) == 1

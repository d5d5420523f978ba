"""A camera that sees what a screen shows: a Motion JPEG file that Chromium takes for a camera."""

import io
from pathlib import Path

from PIL import Image

WIDTH, HEIGHT, FRAMES = 640, 480, 12


def flags(video: Path) -> list[str]:
    """The flags that give a browser process this camera; one camera for each process."""
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={video}",
    ]


def film(screenshot: bytes, video: Path) -> None:
    """Hold a screenshot (PNG) before the camera: whoever opens the camera next sees it.

    Written whole and put in place at once: Chromium opens the file whenever a stream starts.
    """
    picture = Image.open(io.BytesIO(screenshot)).convert("RGB")
    picture.thumbnail((WIDTH - 40, HEIGHT - 40))
    scene = Image.new("RGB", (WIDTH, HEIGHT), (70, 70, 70))
    scene.paste(picture, ((WIDTH - picture.width) // 2, (HEIGHT - picture.height) // 2))
    frame = io.BytesIO()
    scene.save(frame, "JPEG", quality=90)
    new = video.with_suffix(".new")
    new.write_bytes(frame.getvalue() * FRAMES)
    new.replace(video)


def darkness(video: Path) -> None:
    """Let the camera see nothing."""
    black = io.BytesIO()
    Image.new("RGB", (8, 8)).save(black, "PNG")
    film(black.getvalue(), video)

"""Run one service on a socket that its parent holds: `python -m onechop.serve APP FD LIFELINE`.

The parent keeps the listening socket, so that browsers wait instead of failing while a service
starts again. LIFELINE is the reading end of a pipe: when the parent is gone, however it went, the
pipe ends and so does the service.
"""

import os
import signal
import socket
import sys
import threading

import uvicorn


def _end_with_parent(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def serve(factory: str, descriptor: int, lifeline: int) -> None:
    """Serve the application that the factory (`module:function`) makes, until told to end."""
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
    config = uvicorn.Config(
        factory,
        factory=True,
        access_log=False,
        log_level="info",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        lifespan="on",
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

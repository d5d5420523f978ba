"""Puts Notices together: its routes, its intake, its pending work, its website."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import structlog
from fastapi import FastAPI
from starlette.routing import Route

from relying_party.oidc import Refused, Unreachable
from relying_party.services.notices import routes, tables
from relying_party.services.notices.intake import Intake
from relying_party.settings import Department
from relying_party.web import create_site
from relying_party.web.kit import Kit, KitMaker

_FOLDER: Final = Path(__file__).parent

log = structlog.get_logger("relying_party.notices")


class Reports:
    """Tells the platform which notices were opened, and when; what fails waits."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._lock = asyncio.Lock()

    async def catch_up(self) -> None:
        """Report everything that was not reported yet. Raises nothing."""
        async with self._lock:
            with self._kit.database.read() as connection:
                waiting = tables.unreported(connection)
            for notice_id, known_at in waiting:
                try:
                    await self._kit.notices.known(notice_id, known_at)
                except (Refused, Unreachable) as error:
                    log.warning("report waits", notice=notice_id, cause=str(error))
                    continue
                with self._kit.database.write() as connection:
                    tables.reported(connection, notice_id, self._kit.clock())


def create_notices(
    department: Department, make_kit: KitMaker
) -> tuple[FastAPI, Callable[[], Awaitable[None]], Kit]:
    """The website, its pending work (call it now and then), and its kit."""
    kit = make_kit(department, tables.notices_tables)
    intake = Route("/intake", Intake(kit).__call__, methods=["POST"])
    app = create_site(kit, routes.router, folder=_FOLDER, machine_routes=[intake])
    app.state.reports = Reports(kit)
    return app, app.state.reports.catch_up, kit

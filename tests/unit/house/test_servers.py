"""The real servers of the house start, answer, and keep tests apart."""

import asyncpg
import redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from house.postgres import Postgres


async def test_postgres_answers_as_the_product_uses_it(postgres_url: str) -> None:
    engine = create_async_engine(postgres_url)
    async with engine.connect() as connection:
        assert (await connection.execute(text("SHOW synchronous_commit"))).scalar() == "on"
        assert (await connection.execute(text("SHOW fsync"))).scalar() == "on"
    await engine.dispose()


async def test_each_test_has_an_empty_database(postgres: Postgres, postgres_url: str) -> None:
    name = postgres_url.partition("@/")[2].partition("?")[0]
    connection = await asyncpg.connect(
        host=str(postgres.socket_folder), user="postgres", database=name
    )
    tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname='public'")
    await connection.close()
    assert tables == 0


def test_redis_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.set("key", "value", nx=True)
        assert client.get("key") == b"value"

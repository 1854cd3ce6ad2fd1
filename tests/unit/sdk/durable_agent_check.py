"""An agent in Python against a gateway of this file's. Ends with 0 when all holds; durable-agent-python.test.ts runs it."""

import asyncio
import json
import math
import sys
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

from aiohttp import web

sys.path.insert(0, str(Path(__file__).parents[3] / "sdk" / "python"))
sys.dont_write_bytecode = True
from durable_agent import durable_agent  # noqa: E402

REFUSED = {"detail": "does not fit", "errors": [{"pointer": "/outcome", "detail": "is empty"}]}


async def run(entry, reply=lambda message, body: None):
    """Runs a job of the entry. What its gateway was told, and how the entry failed."""
    told = []

    async def answer(request: web.Request) -> web.Response:
        message, body = request.match_info["message"], await request.json()
        told.append((message, body))
        usual = {"variables": {}, "aliveEveryMs": 50} if message == "ready" else {"go": "on"}
        return reply(message, body) or web.json_response(usual)

    app = web.Application()
    app.router.add_post("/v1/agent/{message}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    job = {"callId": "c1", "attempt": 1, "url": f"http://127.0.0.1:{port}", "token": "t"}
    callbacks = []
    ctx = SimpleNamespace(
        job=SimpleNamespace(id="AJ_1", metadata=json.dumps(job)),
        local_participant_identity="agent-1",
        add_shutdown_callback=callbacks.append,
        shutdown=lambda why: None,
    )
    failure = None
    try:
        await asyncio.wait_for(durable_agent(entry)(ctx), 20)
    except Exception as error:
        failure = error
    for callback in callbacks:
        await callback()
    await runner.cleanup()
    return told, failure


async def refused_outcome() -> None:
    def reply(message, body):
        return web.json_response(REFUSED, status=422) if body.get("outcome") == "" else None

    problems = []

    async def entry(ctx, call) -> None:
        await call.ready()
        try:
            await call.done(outcome="")
        except RuntimeError as error:
            problems.append(str(error))
        await call.checkpoint({"page": 2})  # it is not over
        await call.done(outcome="sold")

    told, failure = await run(entry, reply)
    assert failure is None, failure
    assert problems == ["done was answered 422: does not fit /outcome is empty"], problems
    assert ("alive", {"jobId": "AJ_1", "state": {"page": 2}}) in told, told
    assert ("done", {"jobId": "AJ_1", "outcome": "sold"}) in told, told
    assert "failed" not in dict(told), told


async def no_json() -> None:
    for value in (datetime.now(), math.nan):

        async def entry(ctx, call) -> None:
            await call.ready()
            await call.done(variables={"when": value})

        told, failure = await run(entry)
        assert isinstance(failure, (TypeError, ValueError)), failure
        assert told[-1] == ("failed", {"jobId": "AJ_1", "error": str(failure)}), told


async def hanging_acceptance() -> None:
    """A gateway that takes connections and says nothing: the next one comes before the first would be given up by default."""
    connected = []
    server = await asyncio.start_server(lambda reader, writer: connected.append(writer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    job = {"callId": "c1", "attempt": 1, "url": f"http://127.0.0.1:{port}", "token": "t"}
    ctx = SimpleNamespace(
        job=SimpleNamespace(id="AJ_1", metadata=json.dumps(job)),
        local_participant_identity="agent-1",
        add_shutdown_callback=lambda callback: None,
        shutdown=lambda why: None,
    )

    renewed = []

    async def entry(ctx, call) -> None:
        for _ in range(120):
            await asyncio.sleep(0.1)
            if len(connected) > 1:
                return renewed.append(True)

    await durable_agent(entry)(ctx)
    assert renewed, "the acceptance was not renewed within 12 s"
    server.close()


async def main() -> None:
    await refused_outcome()
    await no_json()
    await hanging_acceptance()


asyncio.run(main())

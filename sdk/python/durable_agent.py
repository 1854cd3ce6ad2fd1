"""Makes the entry point of an ordinary livekit-agents worker one of durable calls. See docs/own-agent.md.

    @server.rtc_session(agent_name="my-agent")
    @durable_agent
    async def entry(ctx: JobContext, call: Call) -> None:
        await ctx.connect()
        ...                                  # load everything
        start = await call.ready()           # the caller is there: speak
        await call.checkpoint({"page": 2})   # what the next agent gets as start["state"]
        await call.done(outcome="booked")

Needs nothing but what livekit-agents brings along (aiohttp).
"""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import os
import re
import socket
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aiohttp
from livekit.agents import JobContext

logger = logging.getLogger("durable_agent")

# All in seconds.
RENEW = 2.0  # an acceptance that nobody renews is a job that died
PATIENCE = 30.0  # messages are repeated for so long when the gateway does not answer
FAREWELL = 2.0  # a job that ends has little time left to say so
ANSWER = 15.0  # each time is given up after so long: the gateway holds `ready` for 10 s


class NotWanted(Exception):
    """The attempt is not wanted any more: the agent leaves."""


class NotTold(Exception):
    """Nobody answered, for as long as was waited."""


def durable_agent(
    entry: Callable[[JobContext, Call], Awaitable[None]],
) -> Callable[[JobContext], Coroutine[Any, Any, None]]:
    """Wraps an entry point that takes the call besides the job context.

    Errors of the entry, and the end of the job before ``call.done()``, are told to the call, which goes on with the
    next agent. A job that is not wanted any more is cancelled and shut down.
    """

    @functools.wraps(entry)
    async def durable(ctx: JobContext) -> None:
        call = Call(ctx)

        async def ended() -> None:
            await call._failed("the job ended before it said that it is done")
            await call._gateway.close()

        ctx.add_shutdown_callback(ended)
        call._begin(asyncio.ensure_future(entry(ctx, call)))
        try:
            await call._entry
        except (NotWanted, asyncio.CancelledError):
            if not call._left:
                raise
        except Exception as error:
            await call._failed(str(error) or type(error).__name__)
            ctx.shutdown("the entry failed")
            raise

    return durable


class Call:
    """What an agent knows of its call, and tells it."""

    def __init__(self, ctx: JobContext) -> None:
        job = _read_job(ctx.job.metadata)
        self.call_id: str = job["callId"]
        self.attempt: int = job["attempt"]
        self._ctx = ctx
        self._job_id = ctx.job.id
        self._gateway = _Gateway(job["url"], job["token"])
        self._entry: asyncio.Future[None]
        self._beats: asyncio.Task[None] | None = None
        # One message after the other: an older state must not overtake a newer one.
        self._turn = asyncio.Lock()
        self._over = False
        self._left = False
        self._ending: asyncio.Future[None] | None = None  # ``done`` on its way
        self._alive_every = RENEW

    async def ready(self) -> dict[str, Any]:
        """Say it when everything is loaded. Returns the start command when the caller is there: then speak."""
        status = 202
        while status != 200:
            status, start = await self._unless_over(self._gateway.send("ready", self._hello()))
        self._alive_every = start["aliveEveryMs"] / 1000
        self._every(self._alive_every, self._alive)
        return start

    async def checkpoint(self, state: Any) -> None:
        """What the next agent should know if this one is lost: its ``ready()`` brings it as ``state``.

        JSON, at most 32 KB. Raises when it is refused, or cannot be written as JSON.
        """
        await self._alive(state=state)

    async def done(self, outcome: str | None = None, variables: dict[str, Any] | None = None) -> None:
        """The conversation is over: the call ends as completed, and is cleaned up.

        ``outcome``: 1 to 128 characters. Raises as ``checkpoint`` does: then the call goes on.
        """
        if self._over:
            return
        body = {"jobId": self._job_id, "outcome": outcome, "variables": variables}
        ending = self._ending = asyncio.get_running_loop().create_future()
        try:
            # It is alive until the call knows.
            await self._tell("done", {key: value for key, value in body.items() if value is not None})
            self._finish()
        finally:
            ending.set_result(None)

    def _begin(self, entry: asyncio.Future[None]) -> None:
        self._entry = entry
        self._every(RENEW, lambda: self._tell("accepted", self._hello(), answer=RENEW), at_once=True)

    async def _failed(self, error: str) -> None:
        if self._ending:
            await self._ending
        if self._over:
            return
        self._finish()
        try:
            await self._tell("failed", {"jobId": self._job_id, "error": error[:1000]}, FAREWELL)
        except Exception as refusal:
            logger.warning("durable call %s: %s", self.call_id, refusal)

    async def _alive(self, **more: Any) -> None:
        async with self._turn:
            if self._over:
                return
            try:
                body = {"jobId": self._job_id, **more}
                limit = max(RENEW, self._alive_every)
                _, answer = await self._unless_over(self._gateway.send("alive", body, answer=limit))
            except NotWanted:
                return
            if answer["go"] == "leave":
                self._leave("told to leave")

    async def _tell(
        self, message: str, body: dict[str, Any], patience: float = PATIENCE, answer: float = ANSWER
    ) -> None:
        """What cannot be told is made up for by the call's own timeouts. Raises when it is refused."""
        try:
            await self._unless_over(self._gateway.send(message, body, patience, answer))
        except NotWanted:
            pass
        except NotTold as error:
            logger.warning("durable call %s: %s", self.call_id, error)

    async def _unless_over(self, sending: Coroutine[Any, Any, tuple[int, dict[str, Any]]]) -> tuple[int, dict[str, Any]]:
        try:
            return await sending
        except NotWanted as error:
            self._leave(str(error))
            raise

    def _leave(self, why: str) -> None:
        if self._over:
            return
        self._finish()
        self._left = True
        self._entry.cancel()  # the framework would let it speak on for 15 s
        self._ctx.shutdown(why)

    def _finish(self) -> None:
        self._over = True
        if self._beats and self._beats is not asyncio.current_task():
            self._beats.cancel()

    def _every(self, seconds: float, beat: Callable[[], Awaitable[None]], at_once: bool = False) -> None:
        async def beats() -> None:
            if not at_once:
                await asyncio.sleep(seconds)
            while not self._over:
                try:
                    await beat()
                except Exception as error:
                    logger.warning("durable call %s: %s", self.call_id, error)
                await asyncio.sleep(seconds)

        if self._beats:
            self._beats.cancel()
        if not self._over:
            self._beats = asyncio.create_task(beats())

    def _hello(self) -> dict[str, Any]:
        host = re.sub(r"[^\w.-]", "-", socket.gethostname(), flags=re.ASCII)[:80]
        identity = self._ctx.local_participant_identity
        return {"jobId": self._job_id, "identity": identity, "host": f"{host}-{os.getpid()}"}


class _Gateway:
    """The line from a job to its call. Answers bring a fresh token before the old one expires."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token
        self._http = aiohttp.ClientSession()

    async def send(
        self, message: str, body: dict[str, Any], patience: float = PATIENCE, answer: float = ANSWER
    ) -> tuple[int, dict[str, Any]]:
        """Sends until it is answered, in JSON.

        Raises NotWanted; NotTold; RuntimeError when it is refused; TypeError or ValueError when it is no JSON itself.
        """
        text = json.dumps(body, allow_nan=False)
        now = asyncio.get_running_loop().time
        until = now() + patience
        pause = 0.2
        while True:
            try:
                status, said = await self._post(message, text, max(0.001, min(answer, until - now())))
                problem = f"answered {status}"
            except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
                status, said, problem = 503, {}, f"{type(error).__name__} {error}"
            if status in (401, 409):
                raise NotWanted(said.get("detail", "not wanted"))
            if 400 <= status < 500 and status != 429:
                raise RuntimeError(f"{message} was answered {status}: {_reason(said)}")
            if status < 300:
                self._token = said.get("token", self._token)
                return status, said
            if now() + pause > until:
                raise NotTold(f"{message} not told to {self._url}: {problem}")
            await asyncio.sleep(pause)
            pause = min(2 * pause, 2.0)

    async def close(self) -> None:
        await self._http.close()

    async def _post(self, message: str, text: str, limit: float) -> tuple[int, dict[str, Any]]:
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        timeout = aiohttp.ClientTimeout(total=limit)
        url = f"{self._url}/v1/agent/{message}"
        async with self._http.post(url, data=text, headers=headers, timeout=timeout) as response:
            return response.status, json.loads(await response.text())


def _reason(refusal: dict[str, Any]) -> str:
    fields = [f"{each.get('pointer')} {each.get('detail')}" for each in refusal.get("errors", [])]
    return " ".join([str(refusal.get("detail")), *fields])


def _read_job(metadata: str) -> dict[str, Any]:
    try:
        job = json.loads(metadata)
        if all(job.get(name) for name in ("callId", "attempt", "url", "token")):
            return job
    except (ValueError, AttributeError):
        pass
    raise ValueError("The job is not of a durable call: its metadata hold no callId, attempt, url and token.")

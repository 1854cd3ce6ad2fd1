"""An ordinary agent worker that needs no provider: it counts by beeps, to `beeps` (default 5), and a replacement goes on
where the lost agent was.

    pip install livekit-agents
    AGENT_NAME=my-agent python sdk/python/example.py start
"""

import asyncio
import math
import os
from array import array

from durable_agent import Call, durable_agent
from livekit import rtc
from livekit.agents import AgentServer, JobContext, cli

RATE = 24_000
MAX_CALLS = 20
FRAME = RATE // 50

# 200 ms of 440 Hz, and as much silence.
BEEP = array(
    "h",
    (int(12_000 * math.sin(2 * math.pi * 440 * n / RATE)) if n < 0.2 * RATE else 0 for n in range(int(0.4 * RATE))),
)

server = AgentServer(
    # Counted calls: by CPU load, the default, a small machine refuses jobs at random.
    load_fnc=lambda server: len(server.active_jobs) / MAX_CALLS,
    num_idle_processes=2,
    ws_url=os.environ.get("LIVEKIT_URL", "ws://127.0.0.1:7880"),
    api_key=os.environ.get("LIVEKIT_API_KEY", "devkey"),
    api_secret=os.environ.get("LIVEKIT_API_SECRET", "durable-calls-development-secret-0000"),
    host="127.0.0.1",
    port=int(os.environ.get("AGENT_PORT", "8092")),
)


@server.rtc_session(agent_name=os.environ.get("AGENT_NAME", "my-agent"))
@durable_agent
async def entry(ctx: JobContext, call: Call) -> None:
    await ctx.connect()
    source = rtc.AudioSource(RATE, 1)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
    await ctx.room.local_participant.publish_track(rtc.LocalAudioTrack.create_audio_track("beeps", source), options)
    await load_models()

    start = await call.ready()

    beeps = int(start["variables"].get("beeps", 5))
    for count in range(start.get("state") or 0, beeps):
        await beep(source)
        await source.wait_for_playout()  # a count that was not heard is not kept
        await call.checkpoint(count + 1)
    await call.done(outcome="counted", variables={"counted": beeps})


async def load_models() -> None:
    """Stands for whatever an agent loads."""
    await asyncio.sleep(int(os.environ.get("EXAMPLE_LOAD_MS", "0")) / 1000)


async def beep(source: rtc.AudioSource) -> None:
    for at in range(0, len(BEEP), FRAME):
        samples = BEEP[at : at + FRAME]
        await source.capture_frame(rtc.AudioFrame(samples.tobytes(), RATE, 1, len(samples)))


if __name__ == "__main__":
    cli.run_app(server)

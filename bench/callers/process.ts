import { setTimeout as sleep } from 'node:timers/promises';
import { type Caller, joinAsCaller } from '../../scripts/call/caller.js';
import { surviveRtcFinalizer } from '../../scripts/call/rtc-finalizer.js';
import { silenceRtcLog } from '../../platform/rtc-log.js';
import { serveParent } from '../measure/child.js';
import { ask, type Contact } from './contact.js';
import * as protocol from './protocol.js';
import type { Decided, Known, Order } from './protocol.js';

/** A process with some of the callers: no microphone, audio at the lowest rate that shows energy. */
interface Call {
  contact?: Contact;
  caller?: Caller;
}
const calls = new Map<string, Call>();
const parent = serveParent();

async function place(order: Order): Promise<Decided> {
  const requestedAt = Date.now();
  const call: Call = {};
  calls.set(order.id, call);
  const limit = sleep(order.limitMs, { heardMs: null, why: 'nothing heard in time' });
  const decided = await Promise.race([callAndListen(call, order, requestedAt), limit]);
  return { ...decided, ...(call.contact?.callId && { callId: call.contact.callId }) };
}

async function callAndListen(call: Call, order: Order, requestedAt: number): Promise<Decided> {
  const { id, limitMs } = order;
  try {
    call.contact = await ask(order, requestedAt);
    const { url, token } = call.contact;
    call.caller = await joinAsCaller({
      ...{ url, token, requestedAt, joinTimeoutMs: limitMs },
      onSpeech: ({ identity, startAt }) => void parent.sendNotification(protocol.heard, { id, identity, at: startAt }),
    });
    if (!(await call.caller.heard)) return { heardMs: null, why: `out of the room: ${await call.caller.disconnected}` };
    const heardMs = Math.round(call.caller.heardMs!);
    return heardMs <= limitMs ? { heardMs } : { heardMs: null, why: `heard after ${heardMs} ms` };
  } catch (error) {
    return { heardMs: null, why: error instanceof Error ? error.message : String(error) };
  }
}

async function look({ id }: { id: string }): Promise<Known> {
  const { contact, caller } = calls.get(id) ?? {};
  const known = (await contact?.look().catch((error: unknown) => ({ steps: [], why: String(error) }))) ?? { steps: [] };
  if (caller) known.steps.push({ name: 'joined', ms: caller.joinedMs });
  return known;
}

async function leave({ id }: { id: string }): Promise<void> {
  const { contact, caller } = calls.get(id) ?? {};
  calls.delete(id);
  await caller?.leave().catch(() => undefined);
  await contact?.end().catch(() => undefined);
}

silenceRtcLog();
surviveRtcFinalizer();
parent.onRequest(protocol.place, place);
parent.onRequest(protocol.look, look);
parent.onRequest(protocol.leave, leave);
parent.onRequest(protocol.cpu, () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
});
parent.listen();

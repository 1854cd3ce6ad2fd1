import { connectToHost } from '../relay/client.js';
import * as relay from '../relay/protocol.js';

/**
 * Runs in a job process before everything else (`node --import`): loading the agents framework takes a second of CPU,
 * and the calls that are being set up need it more. The host says when.
 */
export const host = await connectToHost();

/** Whether this process has a call. */
export const duty = { busy: false };

host.onRequest(relay.ping, () => undefined);
host.onClose(() => {
  // The framework would keep an orphan for 15 s. With a call, `runJob` leaves the room first.
  if (!duty.busy) process.exit(0);
});
host.listen();
await host.sendRequest(relay.mayLoad);

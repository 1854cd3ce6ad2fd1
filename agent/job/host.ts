import { connectToHost } from '../relay/client.js';
import * as relay from '../relay/protocol.js';

/** The line of this process to its host, for as long as either lives. */
export const host = await connectToHost();

/** Whether this process has a call. */
export const duty = { busy: false };

// The framework writes there, too: a reader that is gone must not end a call.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

host.onRequest(relay.ping, () => undefined);
host.onClose(() => {
  // The framework would keep an orphan for 15 s. With a call, `runJob` leaves the room first.
  if (!duty.busy) process.exit(0);
});
host.listen();

import { pathToFileURL } from 'node:url';
import { mayLoad } from '../relay/protocol.js';
import { host } from './host.js';

/**
 * Where a job process begins, before the framework's own program for one (its path is the second argument; the first is
 * that of the agent, for the framework): loading both takes half a second of CPU and more, and the calls that are being set up need it more.
 */
const [, , , framework] = process.argv;
await host.sendRequest(mayLoad);
await import(pathToFileURL(framework!).href);

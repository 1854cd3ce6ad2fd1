import { Command, InvalidArgumentError, Option } from 'commander';
import type { Json, Variables } from '../../contract/index.js';
import type { CallRequest } from './one-call.js';

export interface Arguments {
  request: CallRequest;
  gateway: string;
  /** GATEWAY_API_KEY: from the environment only, since arguments can be seen by others on the machine. */
  apiKey?: string;
  count: number;
  parallel: number;
  json: boolean;
  record?: string;
}

interface Options {
  flow?: string;
  agent?: string;
  var: Variables;
  count: number;
  parallel: number;
  wait: CallRequest['wait'];
  hold?: number;
  timeout: number;
  gateway: string;
  record?: string;
  json?: true;
}

/** A recording longer than this is cut off. Milliseconds. */
const RECORD_MS = 300_000;

/** Commander writes what is wrong to stderr and exits with 1; tests pass `exitOverride`. */
export function parseArguments(argv: readonly string[], env: NodeJS.ProcessEnv, command = new Command()): Arguments {
  command
    .name('npm run call --')
    .description('Makes a call, joins it as a caller, and measures when speech is heard.')
    .option('--flow <id>', 'the flow to call')
    .option('--agent <name>', 'an agent of your own; --flow is then whatever it understands')
    .option('--var <name=value>', 'a variable of the flow; name:=json for what is not text; repeatable', variable, {})
    .option('--count <n>', 'how many calls', positive, 1)
    .option('--parallel <n>', 'how many at the same time', positive, 1)
    .addOption(
      new Option('--wait <for>', 'when the gateway answers: at once, or when the agent is ready')
        .choices(['none', 'ready'])
        .default('none'),
    )
    .option('--hold <ms>', 'leave so long after the first speech; default: stay to the end of the flow', milliseconds)
    .option('--timeout <ms>', 'longest call', milliseconds, 120_000)
    .option('--gateway <url>', 'the gateway', webUrl, `http://127.0.0.1:${env.GATEWAY_PORT?.trim() || '8080'}`)
    .option('--record <file.wav>', 'what the caller heard')
    .option('--json', 'print one JSON object on stdout; progress goes to stderr')
    .parse(argv, { from: 'user' });
  const { flow, agent, var: variables, wait, hold, timeout, record, json, ...rest } = command.opts<Options>();
  if (record && rest.count > 1) command.error('error: --record keeps what one caller heard: leave out --count');
  if (!flow && !agent) command.error('error: --flow or --agent is missing: which call?');
  const who = { ...(flow && { flowId: flow }), ...(agent && { agent: { name: agent } }) };
  const request: CallRequest = { ...who, variables, wait, timeoutMs: timeout };
  if (hold !== undefined) request.holdMs = hold;
  if (record) request.recordMs = RECORD_MS;
  const apiKey = env.GATEWAY_API_KEY?.trim();
  return { ...rest, request, json: json ?? false, ...(apiKey && { apiKey }), ...(record && { record }) };
}

function variable(text: string, sofar: Variables): Variables {
  const match = /^([A-Za-z_]\w*)(:?=)(.*)$/s.exec(text);
  if (!match) throw new InvalidArgumentError('Write name=value, or name:=json.');
  const [, name, sign, value] = match as unknown as [string, string, string, string];
  return { ...sofar, [name]: sign === ':=' ? json(value) : value };
}

function json(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new InvalidArgumentError(`${text} is not JSON.`);
  }
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 10_000) {
    throw new InvalidArgumentError('Give a whole number from 1 to 10000.');
  }
  return value;
}

function milliseconds(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 3_600_000) throw new InvalidArgumentError('Give milliseconds, 0 to 3600000.');
  return value;
}

function webUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new InvalidArgumentError('Give an http or https URL.');
  return text.replace(/\/+$/, '');
}

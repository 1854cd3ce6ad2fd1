import type { Json, Variables } from '../contract/flow.js';
import { matchAnswer } from './answer.js';
import type { ConverseCommand, Filled, FlowEvent, HttpCommand, NodeCommand } from './commands.js';
import { mapAnswer } from './json-path.js';
import type { Entry } from './simulate.js';

interface Read {
  event?: FlowEvent;
  /** What the line stands for, as it goes into the transcript. */
  heard?: string;
  /** Why the line says nothing; it is asked for again. */
  problem?: string;
}

/** What a command looks and sounds like. */
export function describe(command: NodeCommand): Pick<Entry, 'who' | 'text'>[] {
  const flow = (text: string) => [{ who: 'flow' as const, text }];
  switch (command.kind) {
    case 'say':
      return [{ who: 'agent', text: command.text }];
    case 'ask':
      return [{ who: 'agent', text: command.prompt }];
    case 'http':
      return flow(`${command.request.method} ${shown(command.request.url)} ${bodyOf(command)}`.trim());
    case 'converse':
      return [
        ...(command.say === undefined ? [] : [{ who: 'agent' as const, text: command.say }]),
        ...flow(`a language model talks (${Object.keys(command.exits).join(', ')}): ${command.goal}`),
      ];
    case 'transfer':
      return flow(`transfer to ${shown(command.to)}`);
    case 'wait':
      return flow(`wait ${command.ms} ms`);
    case 'emit':
      return flow(`emit ${command.event} ${JSON.stringify(command.data)}`);
  }
}

export const needsLine = ({ kind }: NodeCommand): boolean => ['ask', 'http', 'converse', 'transfer'].includes(kind);

/** How to answer a command in one line. */
export function hint(command: NodeCommand): string {
  switch (command.kind) {
    case 'ask':
      return command.expect.kind === 'choice'
        ? `${Object.keys(command.expect.options).join(' | ')}, a key, or nothing for silence`
        : `${command.expect.kind}, or nothing for silence`;
    case 'http':
      return 'status and JSON, such as 200 {"id": 7}; or timeout, or error';
    case 'converse':
      return `${[...Object.keys(command.exits), 'turnLimit', 'noInput', 'unavailable'].join(' | ')}, then JSON of what was collected`;
    case 'transfer':
      return 'connected | failed | busy | noAnswer | unknown';
    default:
      return '';
  }
}

export function readLine(command: NodeCommand, line: string): Read {
  switch (command.kind) {
    case 'say':
      return { event: { kind: 'said' } };
    case 'wait':
      return { event: { kind: 'waited' } };
    case 'emit':
      return { event: { kind: 'emitted' } };
    case 'ask': {
      if (line === '') return { event: { kind: 'noInput' }, heard: '(silence)' };
      const isKeys = /^[0-9*#]+$/.test(line) && command.expect.kind !== 'text';
      const value = matchAnswer(command.expect, isKeys ? { keys: line } : { words: line });
      return {
        event: value === undefined ? { kind: 'noMatch' } : { kind: 'answered', value, via: 'typed' },
        heard: line,
      };
    }
    case 'http':
      return readAnswer(command, line);
    case 'converse':
      return readConversation(command, line);
    case 'transfer': {
      const outcome = (['connected', 'failed', 'busy', 'noAnswer', 'unknown'] as const).find((known) => known === line);
      return outcome ? { event: { kind: 'transferred', outcome }, heard: line } : { problem: `write ${hint(command)}` };
    }
  }
}

function readAnswer(command: HttpCommand, line: string): Read {
  if (line === 'timeout' || line === 'error')
    return { event: { kind: 'failed', cause: line, detail: 'as simulated' }, heard: line };
  const [, status, text] = /^(\d{3})(?:\s+(.*))?$/.exec(line || '200') ?? [];
  const body = parse(text ?? 'null');
  if (status === undefined || body === undefined) return { problem: `write ${hint(command)}` };
  return { event: { kind: 'responded', status: Number(status), values: mapAnswer(command.save, body) }, heard: line };
}

function readConversation(command: ConverseCommand, line: string): Read {
  const [, outcome = '', text] = /^([\w-]+)(?:\s+(.*))?$/.exec(line) ?? [];
  const known = Object.hasOwn(command.exits, outcome) || ['turnLimit', 'noInput', 'unavailable'].includes(outcome);
  const collected = parse(text ?? '{}');
  if (!known || collected === undefined) return { problem: `write ${hint(command)}` };
  return { event: { kind: 'conversed', outcome, collected: collected as Variables }, heard: line };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const bodyOf = ({ request }: HttpCommand): string => (request.body === undefined ? '' : JSON.stringify(request.body));

const shown = (filled: Filled): string =>
  typeof filled === 'string'
    ? filled
    : filled.map((part) => (typeof part === 'string' ? part : `{{${part.ref}}}`)).join('');

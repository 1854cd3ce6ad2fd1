import { createInterface } from 'node:readline/promises';
import { hint } from '../../callflow/simulated-line.js';
import type { Entry } from '../../callflow/simulate.js';
import { simulate } from '../../callflow/simulate.js';
import { checkVariables } from '../../callflow/validate.js';
import type { Flow, Json, RemoteFlow, Variables } from '../../contract/flow.js';
import type { Outcome } from './report.js';
import { Failure } from './report.js';

interface Options {
  json?: boolean;
  input?: string[];
  var: string[];
}

/** Plays a flow, line by line. Not ok when the lines ran out before its end, or when it ended with an error. */
export async function runSimulation(flow: Flow | RemoteFlow, options: Options): Promise<Outcome> {
  if (!('nodes' in flow))
    throw new Failure(
      `${flow.id} is a remote flow: its backend answers, so it is played by calling it: npm run call -- --flow ${flow.id}`,
    );
  const checked = checkVariables(flow, variables(options.var));
  if (!checked.ok) throw new Failure('The variables do not fit:', checked.errors);
  const show = (entry: Entry) => (options.json ? undefined : console.log(line(entry)));
  const lines = reader(options.input, options.json);
  const { transcript, state, end, waiting } = await simulate(flow, checked.variables, lines.next, show);
  lines.close();
  const text = end ? `${flow.id}: ${end.reason}` : `${flow.id}: the lines ran out at "${waiting?.node}"`;
  return {
    text,
    data: { transcript, variables: state.vars, end, waiting },
    ok: end?.reason !== 'orchestrator-error' && !!end,
  };
}

const SPEAKERS = { agent: 'agent >', caller: 'caller >', flow: '      ' };

const line = ({ who, text }: Entry): string => `${SPEAKERS[who].padStart(8)} ${text}`;

function variables(given: string[]): Variables {
  return Object.fromEntries(
    given.map((pair) => {
      const [, name, text] = /^(\w+)=(.*)$/s.exec(pair) ?? [];
      if (name === undefined || text === undefined) throw new Failure(`--var ${pair}: write name=value`);
      return [name, jsonOrText(text)];
    }),
  );
}

function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Lines from the command line, or typed; piped ones are read to their end. */
function reader(input: string[] | undefined, json: boolean | undefined) {
  if (input) {
    const left = [...input];
    return { next: () => left.shift(), close: () => undefined };
  }
  const typed = createInterface({ input: process.stdin });
  const lines = typed[Symbol.asyncIterator]();
  return {
    next: async (command: Parameters<typeof hint>[0]): Promise<string | undefined> => {
      if (process.stdin.isTTY && !json) process.stdout.write(`  (${hint(command)})\ncaller > `);
      const { value, done } = await lines.next();
      return done ? undefined : (value as string);
    },
    close: () => typed.close(),
  };
}

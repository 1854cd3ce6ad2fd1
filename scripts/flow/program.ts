import { Command } from 'commander';
import { mermaid } from '../../callflow/graph.js';
import { flowJsonSchema, remoteFlowJsonSchema } from '../../callflow/json-schema.js';
import { readFlow } from './file.js';
import type { Outcome } from './report.js';
import { Failure, report } from './report.js';
import { runSimulation } from './simulation.js';

interface Options {
  json?: boolean;
  allowHost: string[];
}

/** `npm run flow`: the exit code is 0 only when all is well, 1 when a flow is at fault, 2 when the arguments are. */
export function flowProgram(): Command {
  const program = new Command('flow')
    .description('Checks, plays and draws callflow/v1 files.')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

  const onFile = (name: string, what: string) =>
    program
      .command(name)
      .description(what)
      .argument('<file>', 'a flow, JSON')
      .option('--json', 'print one JSON object last')
      .option('--allow-host <host...>', 'private hosts that requests may go to', []);

  onFile('validate', 'all that is wrong with a flow, each with its JSON pointer').action(
    (path: string, options: Options) => report(options, () => validate(path, options)),
  );
  onFile('simulate', 'plays a flow as text; type what the caller says')
    .option('--input <line...>', 'the lines to play instead of asking for them, "" is silence')
    .option('--var <name=value...>', 'variables; the value is JSON, or else text', [])
    .action((path: string, options: Options & { input?: string[]; var: string[] }) =>
      report(options, async () => runSimulation(await readFlow(path, options.allowHost), options)),
    );
  onFile('graph', 'draws a flow as a Mermaid flowchart').action((path: string, options: Options) =>
    report(options, () => graph(path, options)),
  );
  program
    .command('schema')
    .description('the JSON Schema of callflow/v1, for editors')
    .option('--remote', 'that of callflow/remote-v1')
    .action(({ remote }: { remote?: boolean }) =>
      console.log(JSON.stringify(remote ? remoteFlowJsonSchema() : flowJsonSchema(), null, 2)),
    );
  return program;
}

async function validate(path: string, { allowHost }: Options): Promise<Outcome> {
  const flow = await readFlow(path, allowHost);
  const nodes = 'nodes' in flow ? Object.keys(flow.nodes).length : 0;
  const size = 'nodes' in flow ? `${nodes} nodes` : 'a remote flow';
  return { text: `${path}: flow "${flow.id}" is valid, ${size}`, data: { id: flow.id, schema: flow.schema, nodes } };
}

async function graph(path: string, { allowHost }: Options): Promise<Outcome> {
  const flow = await readFlow(path, allowHost);
  if (!('nodes' in flow)) throw new Failure(`${path} is a remote flow: its backend knows its nodes.`);
  return { text: mermaid(flow), data: { id: flow.id, mermaid: mermaid(flow) } };
}

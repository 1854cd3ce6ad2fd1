import { Command } from 'commander';
import { mermaid } from '../../callflow/graph.js';
import { flowJsonSchema } from '../../callflow/json-schema.js';
import { readFlow } from './file.js';
import { Failure, report } from './report.js';
import { runSimulation } from './simulation.js';

/** `npm run flow`: exit 0 only when all is well. */
const program = new Command('flow')
  .description('Checks, plays and draws callflow/v1 files.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

const file = (name: string, what: string) =>
  program
    .command(name)
    .description(what)
    .argument('<file>', 'a flow, JSON')
    .option('--json', 'print one JSON object last')
    .option('--allow-host <host...>', 'private hosts that requests may go to', []);

interface Options {
  json?: boolean;
  allowHost: string[];
}

file('validate', 'all that is wrong with a flow, each with its JSON pointer').action((path: string, options: Options) =>
  report(options, async () => {
    const { flow } = await readFlow(path, options.allowHost);
    const nodes = 'nodes' in flow ? Object.keys(flow.nodes).length : 0;
    return { text: `${path}: flow "${flow.id}" is valid, ${nodes} nodes`, data: { id: flow.id, nodes } };
  }),
);

file('simulate', 'plays a flow as text; type what the caller says')
  .option('--input <line...>', 'the lines to play instead of asking for them, "" is silence')
  .option('--var <name=value...>', 'variables; the value is JSON, or else text', [])
  .action((path: string, options: Options & { input?: string[]; var: string[] }) =>
    report(options, async () => runSimulation(await readFlow(path, options.allowHost), options)),
  );

file('graph', 'draws a flow as a Mermaid flowchart').action((path: string, options: Options) =>
  report(options, async () => {
    const { flow } = await readFlow(path, options.allowHost);
    if (!('nodes' in flow)) throw new Failure(`${path} is a remote flow: its backend knows its nodes.`);
    return { text: mermaid(flow), data: { id: flow.id, mermaid: mermaid(flow) } };
  }),
);

program
  .command('schema')
  .description('the JSON Schema of callflow/v1, for editors')
  .action(() => console.log(JSON.stringify(flowJsonSchema(), null, 2)));

await program.parseAsync();

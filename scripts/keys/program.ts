import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { newKey, orgName, type Scope, SCOPES } from '../../gateway/auth/key.js';
import { type KeyFile, KeyFileError, readKeyFile, writeKeyFile } from '../../gateway/auth/key-file.js';
import { table } from '../call/table.js';

interface Options {
  file: string;
  json?: true;
}
interface CreateOptions extends Options {
  org: string;
  scope: Scope[];
  note?: string;
}

/** Where keys are kept unless GATEWAY_KEYS_FILE names another file. */
export const DEFAULT_FILE = '.data/keys.json';

/** `npm run keys`: 0 when done, 1 when the file or the arguments do not fit. */
export function keysProgram(env: NodeJS.ProcessEnv): Command {
  const program = new Command('npm run keys --').description('API keys of the gateway; only their hashes are kept.');
  const file = env.GATEWAY_KEYS_FILE?.trim() || DEFAULT_FILE;
  const command = (name: string, what: string) =>
    program
      .command(name)
      .description(what)
      .option('--file <path>', 'the file', file)
      .option('--json', 'print one JSON object');

  command('create', 'makes a key and shows it, this once')
    .requiredOption('--org <name>', 'the organisation', organisation)
    .requiredOption('--scope <list>', `what it may do, separated by commas: ${SCOPES.join(', ')}`, scopes)
    .option('--note <text>', 'whose it is, or what for')
    .action((options: CreateOptions) => withFile(options, () => create(options)));
  command('list', 'shows all keys, as far as they are kept').action((options: Options) =>
    withFile(options, () => list(options)),
  );
  command('revoke', 'removes a key; gateways stop taking it within seconds')
    .argument('<id>', 'as in the list')
    .action((id: string, options: Options) => withFile(options, () => revoke(id, options)));
  return program;
}

function create({ file, org, scope, note, json }: CreateOptions): void {
  const { token, key } = newKey(org, scope, note);
  const before: KeyFile = existsSync(file) ? readKeyFile(file) : { keys: [] };
  writeKeyFile(file, { ...before, keys: [...before.keys, key] });
  const { hash: _, ...shown } = key;
  if (json) return print({ ok: true, file, ...shown, token });
  console.error(`Key ${key.id} of ${org} (${scope.join(', ')}) is in ${file}; the gateway reads GATEWAY_KEYS_FILE.`);
  console.error('This is the only time that it is shown:');
  console.log(token);
}

function list({ file, json }: Options): void {
  const { keys } = readKeyFile(file);
  if (json) return print({ ok: true, file, keys: keys.map(({ hash: _, ...key }) => key) });
  const rows = keys.map(({ id, org, scopes, created, note }) => [id, org, scopes.join(','), created, note ?? '']);
  console.log(table(['id', 'organisation', 'scopes', 'created', 'note'], rows));
}

function revoke(id: string, { file, json }: Options): void {
  const before = readKeyFile(file);
  const left: KeyFile = { ...before, keys: before.keys.filter((key) => key.id !== id) };
  if (left.keys.length === before.keys.length)
    throw new KeyFileError(`There is no key ${id} in ${file}: see npm run keys -- list`);
  writeKeyFile(file, left);
  if (json) print({ ok: true, file, id });
  else console.log(`Key ${id} is revoked.`);
}

function withFile({ json }: Options, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    console.error(error.message);
    if (json) print({ ok: false, error: error.message });
    process.exitCode = 1;
  }
}

const print = (answer: object): void => console.log(JSON.stringify(answer));

function organisation(text: string): string {
  const parsed = orgName.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError(`It ${parsed.error.issues[0]!.message}.`);
  return parsed.data;
}

function scopes(text: string): Scope[] {
  const named = [...new Set(text.split(',').map((each) => each.trim()))];
  const known = named.filter((each): each is Scope => (SCOPES as readonly string[]).includes(each));
  if (known.length !== named.length) throw new InvalidArgumentError(`Give some of ${SCOPES.join(', ')}.`);
  return known;
}

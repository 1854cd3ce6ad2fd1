import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { flowHash } from '../callflow/hash.js';
import { parseDocument } from '../callflow/parse.js';
import { validateAnyFlow, type ValidateOptions } from '../callflow/validate.js';
import type { Flow, RemoteFlow } from '../contract/index.js';

export interface LoadedFlow {
  flow: Flow | RemoteFlow;
  /** Content hash, hexadecimal. */
  hash: string;
  file: string;
}

export type Flows = ReadonlyMap<string, LoadedFlow>;

/** The message names every file and pointer that does not fit, one a line. */
export class FlowsError extends Error {
  override name = 'FlowsError';
}

/** Reads all flows at once, at the start: a flow that does not fit is found by whoever deploys it, not by a caller. */
export async function loadFlows(directory: string, options: ValidateOptions = {}): Promise<Flows> {
  const problems: string[] = [];
  const flows = new Map<string, LoadedFlow>();
  for (const file of await listJson(directory)) {
    const path = join(directory, file);
    const checked = await readFlow(path, options);
    if ('problems' in checked) problems.push(...checked.problems);
    else if (flows.has(checked.flow.id)) {
      problems.push(`${path} /id: "${checked.flow.id}" is also the id in ${flows.get(checked.flow.id)?.file}`);
    } else flows.set(checked.flow.id, checked);
  }
  if (problems.length > 0) throw new FlowsError(['The flows do not fit:', ...problems].join('\n  '));
  if (flows.size === 0) throw new FlowsError(`There is no flow (*.json) in ${directory}: set FLOWS_DIR.`);
  return flows;
}

async function listJson(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).filter((file) => file.endsWith('.json')).sort();
  } catch (error) {
    throw new FlowsError(`The flows in ${directory} cannot be read: set FLOWS_DIR.`, { cause: error });
  }
}

async function readFlow(file: string, options: ValidateOptions): Promise<LoadedFlow | { problems: string[] }> {
  let parsed: ReturnType<typeof parseDocument>;
  try {
    parsed = parseDocument(await readFile(file, 'utf8'));
  } catch (error) {
    return { problems: [`${file}: ${(error as Error).message}`] };
  }
  const checked = 'errors' in parsed ? { ok: false as const, ...parsed } : validateAnyFlow(parsed.document, options);
  if (checked.ok) return { flow: checked.flow, hash: flowHash(checked.flow), file };
  return {
    problems: checked.errors.map(({ pointer, message }) => `${[file, pointer].filter(Boolean).join(' ')}: ${message}`),
  };
}

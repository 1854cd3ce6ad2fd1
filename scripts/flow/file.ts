import { readFile } from 'node:fs/promises';
import { parseDocument } from '../../callflow/parse.js';
import { validateAnyFlow } from '../../callflow/validate.js';
import type { Flow, RemoteFlow } from '../../contract/flow.js';
import { Failure } from './report.js';

/** A flow of either kind that validates; all that is wrong with it is thrown otherwise. */
export async function readFlow(path: string, allowHosts: readonly string[]): Promise<Flow | RemoteFlow> {
  const parsed = parseDocument(await text(path));
  if ('errors' in parsed) throw new Failure(`${path} cannot be read:`, parsed.errors);
  const checked = validateAnyFlow(parsed.document, { allowHosts });
  if (checked.ok) return checked.flow;
  throw new Failure(`${path} has ${checked.errors.length} error(s):`, checked.errors);
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Failure(`${path} cannot be read: ${(error as Error).message}`);
  }
}

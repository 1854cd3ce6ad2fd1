import { mapAnswer } from '../callflow/json-path.js';
import { LIMITS } from '../callflow/limits.js';
import { readText } from '../callflow/outgoing/index.js';
import type { Answer } from '../callflow/outgoing/index.js';
import type { Json, Variables } from '../contract/index.js';
import { refused } from './http-errors.js';

/** The values that a flow wants of an answer; the rest of it is dropped here. @throws ApplicationFailure, final */
export async function valuesOf({ headers, body }: Answer, save: Record<string, string>): Promise<Variables> {
  const type = String(headers['content-type'] ?? '');
  const document = parse(await readText(body), /[/+]json\b/i.test(type));
  const values = map(save, document);
  if (JSON.stringify(values).length > LIMITS.variablesSize)
    throw refused(`the values to save are too large together (${LIMITS.variablesSize} characters at most)`);
  return values;
}

function parse(text: string, saysJson: boolean): Json {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    if (saysJson) throw refused('the server says that its answer is JSON, and it is not');
    return text;
  }
}

function map(save: Record<string, string>, document: Json): Variables {
  try {
    return mapAnswer(save, document);
  } catch (error) {
    throw refused(`the answer cannot be searched: ${(error as Error).message}`);
  }
}

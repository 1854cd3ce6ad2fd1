import { jsonpath } from 'json-p3';
import type { Json, Variables } from '../contract/flow.js';

/**
 * For executors: the values of an answer that a flow wants, by RFC 9535 paths. A path that can name many gives an
 * array; one that names nothing gives null. Answers that are no JSON are given as text.
 */
export const mapAnswer = (save: Record<string, string>, body: Json): Variables =>
  Object.fromEntries(Object.entries(save).map(([name, path]) => [name, pick(path, body)]));

function pick(path: string, body: Json): Json {
  const query = jsonpath.compile(path);
  const values = query.query(body).values() as Json[];
  return query.singularQuery() ? (values[0] ?? null) : values;
}

/**
 * What can take longer than a caller, or a gateway, can wait, on a small answer even: patterns that try every way to
 * match, and selectors whose results multiply. None of them is needed to pick a value.
 */
const COSTLY: [RegExp, string][] = [
  [/\b(match|search)\s*\(/, 'patterns (match, search)'],
  [/,/, 'several selectors in one bracket'],
  [/\.\..*\.\./s, '".." more than once'],
  [/.\$/s, '"$" other than at its beginning'],
];

/** Why a path is none, or is not allowed; undefined when it is one. */
export function pathProblem(path: string): string | undefined {
  try {
    jsonpath.compile(path);
    const bare = path.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/gs, "''").trim();
    const costly = COSTLY.find(([found]) => found.test(bare));
    return costly && `may not use ${costly[1]}`;
  } catch (error) {
    return `is not a JSON path (RFC 9535): ${(error as Error).message}`;
  }
}

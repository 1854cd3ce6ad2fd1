import { LIMITS } from './limits.js';
import type { FlowError } from './validate.js';

/** JSON text as a document; the size is checked before anything is read. */
export function parseDocument(text: string): { document: unknown } | { errors: FlowError[] } {
  if (text.length > LIMITS.documentSize)
    return { errors: [{ pointer: '', message: `the file has more than ${LIMITS.documentSize} characters` }] };
  try {
    return { document: JSON.parse(text) as unknown };
  } catch (error) {
    return { errors: [{ pointer: '', message: `the file is not JSON: ${(error as Error).message}` }] };
  }
}

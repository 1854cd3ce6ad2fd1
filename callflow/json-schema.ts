import { z } from 'zod';
import { flowSchema } from './schema.js';

/** JSON Schema for editors. It tells shapes; what fits together is told by validation. */
export const flowJsonSchema = (): unknown => z.toJSONSchema(flowSchema, { io: 'input' });

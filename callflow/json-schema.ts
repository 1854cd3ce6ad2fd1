import { z } from 'zod';
import { flowSchema, remoteFlowSchema } from './schema.js';

/** JSON Schema for editors. It tells shapes; what fits together is told by validation. */
export const flowJsonSchema = (): unknown => z.toJSONSchema(flowSchema, { io: 'input' });

export const remoteFlowJsonSchema = (): unknown => z.toJSONSchema(remoteFlowSchema, { io: 'input' });

import { flowProgram } from './program.js';

await flowProgram().parseAsync();

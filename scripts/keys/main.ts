import { keysProgram } from './program.js';

await keysProgram(process.env).parseAsync();

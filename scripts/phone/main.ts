import { phoneProgram } from './program.js';

await phoneProgram(process.env).parseAsync();

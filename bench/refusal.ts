/** What was asked for cannot be done: said in one line, without a stack. */
export class Refusal extends Error {}

/** Said around an answer without changing it, as `normal` writes it. "Thanks, but no" says more, so thanks come last. */
const BEFORE = /^(please|bitte|por favor|s il (vous|te) pla[iî]t) /;
const AFTER = / (please|thanks|thank you|bitte|danke|por favor|gracias|merci|s il (vous|te) pla[iî]t)$/;

/** "yes please" as "yes". What is nothing but courtesy stays as it is: on its own it may mean yes, no or neither. */
export const withoutCourtesy = (said: string): string => said.replace(AFTER, '').replace(BEFORE, '');

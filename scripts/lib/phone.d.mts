/** Why `npm start -- --phone` cannot run here, in one line; undefined when it can. */
export function phoneProblem(): string | undefined;
/** The same for the tests, which also need a telephone. */
export function phoneTestProblem(): string | undefined;
export function missingPhonePackages(): string[];

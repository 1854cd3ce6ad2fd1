/** The Python that has livekit-agents, or undefined. */
export function findAgentPython(): string | undefined;

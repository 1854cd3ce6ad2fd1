export { startStack } from '#stack';
export type { Agent, Component, Ports, Stack, StackOptions } from '#stack';

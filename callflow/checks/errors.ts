export interface FlowError {
  /** JSON pointer (RFC 6901) to what is wrong. */
  pointer: string;
  message: string;
}

export type Path = readonly PropertyKey[];

export const flowError = (path: Path, message: string): FlowError => ({ pointer: pointerTo(path), message });

const pointerTo = (path: Path): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Something that a test lets happen when it wants. */
export interface Gate<T = void> {
  readonly passed: Promise<T>;
  open(value: T): void;
  close(error: Error): void;
}

export function gate<T = void>(): Gate<T> {
  let open!: (value: T) => void;
  let close!: (error: Error) => void;
  const passed = new Promise<T>((resolve, reject) => {
    open = resolve;
    close = reject;
  });
  passed.catch(() => undefined); // nobody may be waiting
  return { passed, open, close };
}

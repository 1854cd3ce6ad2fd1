import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from '../e2e/harness.js';
import { script } from '../support/script.js';

const { freePorts } = (await script('ports.mjs')) as { freePorts(count: number): Promise<number[]> };

export interface Program {
  name: string;
  command: string;
  args: string[];
}

/** An agent worker as somebody else runs it: a program of its own that knows LiveKit and nothing of us. */
export class OwnWorker {
  private child: ChildProcess | undefined;

  constructor(
    private readonly program: Program,
    private readonly env: Record<string, string>,
    private readonly logDir: string,
  ) {}

  /** Resolves when it is registered with LiveKit. */
  async start(): Promise<this> {
    const { name, command, args } = this.program;
    const [port] = await freePorts(1);
    const AGENT_PORT = `${port}`;
    mkdirSync(this.logDir, { recursive: true });
    const log = createWriteStream(join(this.logDir, `${name}.log`), { flags: 'a' });
    // A group of its own: its job processes are ended with it.
    const env = { ...process.env, ...this.env, AGENT_PORT };
    const child = (this.child = spawn(command, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] }));
    let registered = false;
    for (const output of [child.stdout!, child.stderr!]) {
      output.pipe(log, { end: false });
      createInterface({ input: output }).on('line', (line) => (registered ||= line.includes('registered worker')));
    }
    await until(`${name} to be registered`, () => {
      if (child.exitCode !== null) throw new Error(`${name} ended: see ${this.logDir}/${name}.log`);
      return registered || undefined;
    });
    return this;
  }

  /** With everything that it started. */
  async stop(): Promise<void> {
    const { child } = this;
    if (!child?.pid) return;
    const ended = child.exitCode === null && new Promise((resolve) => child.once('exit', resolve));
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // all of it is gone
    }
    await ended;
  }
}

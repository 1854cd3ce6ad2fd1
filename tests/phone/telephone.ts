import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../e2e/harness.js';
import { Media } from './rtp.js';

/** In tests/phone/scenarios: what SIPp says, and when, of a telephone that calls. */
export type Scenario = 'call' | 'cancel' | 'rejected' | 'hang-up' | Referred;
/** … and of one that is called. */
export type CalledScenario = 'answers' | 'answers-hangs-up' | 'refuses' | 'rings' | 'asks-who' | Referred;
export type Referred = 'refer-answered' | 'refer-refused' | 'refer-ignored';

/** Ends a SIPp whose scenario waits for what never comes. Seconds. */
const LONGEST_S = 110;
/** The end of its scenario without a failed call. */
const WELL = 0;

export interface Dialling {
  sipPort: number;
  number: string;
  scenario?: Scenario;
  caller?: string;
  /** How long the scenario `hang-up` talks before it hangs up, and `cancel` lets it ring. Milliseconds. */
  afterMs?: number;
  /** First line of what `refer-answered` says of the call that it makes: `SIP/2.0 200 OK`. */
  outcome?: string;
  /** SIP response of `refer-refused`. */
  code?: number;
}

export interface Waiting {
  port: number;
  scenario: CalledScenario;
  /** How long `answers` rings, and `answers-hangs-up` talks. Milliseconds. */
  afterMs?: number;
  /** SIP response of `refuses` and `asks-who` to the INVITE, and of `refer-refused` to the REFER. */
  code?: number;
  /** Header with which `asks-who` does so, and the answer that it wants. */
  challenge?: 'WWW-Authenticate' | 'Proxy-Authenticate';
  login?: Login;
  /** First line of what `refer-answered` says of the call that it makes: `SIP/2.0 200 OK`. */
  outcome?: string;
}

export interface Login {
  username: string;
  password: string;
}

/** A telephone: SIPp for the signalling with a scenario of ours, and media of our own. */
export class Telephone {
  private constructor(
    readonly media: Media,
    private readonly sipp: ChildProcess,
    private readonly folder: string,
  ) {}

  static async dial(options: Dialling): Promise<Telephone> {
    const { sipPort, number, scenario = 'call', caller = '+491701234567', afterMs = 2_000 } = options;
    const keys = { caller, outcome: options.outcome ?? '', code: String(options.code ?? 0) };
    const args = [`127.0.0.1:${sipPort}`, '-s', number, '-m', '1', '-timeout_error'];
    // Port 0 would be its default, 5060, which another telephone may have.
    return Telephone.run(scenario, [...args, '-p', String(await freeUdpPort())], keys, afterMs);
  }

  /** Is there to be called, again and again, until it is closed: calls that should not come are logged, too. */
  static waits({ port, scenario, afterMs = 1_000, ...more }: Waiting): Promise<Telephone> {
    const { code = 0, outcome = '', challenge = '', login = { username: '', password: '' } } = more;
    const keys = { code: String(code), outcome, challenge, ...login };
    return Telephone.run(`called/${scenario}`, ['-p', String(port)], keys, afterMs);
  }

  private static async run(scenario: string, more: string[], keys: Record<string, string>, afterMs: number) {
    const media = await Media.open();
    const folder = mkdtempSync(join(tmpdir(), 'sipp-'));
    const source = readScenario(scenario).replaceAll(/<part name="(.+)"\/>/g, (_, part) =>
      readScenario(`parts/${part}`),
    );
    // SIPp reads status codes before it knows its keys.
    writeFileSync(join(folder, 'scenario.xml'), source.replaceAll('[code]', keys.code ?? ''));
    const args = [
      ...more,
      ...[
        '-sf',
        join(folder, 'scenario.xml'),
        '-i',
        '127.0.0.1',
        '-nostdin',
        '-d',
        String(afterMs),
        '-timeout',
        `${LONGEST_S}s`,
      ],
      ...Object.entries({ ...keys, rtp: String(media.port) }).flatMap(([name, value]) => ['-key', name, value]),
      ...['-trace_logs', '-log_file', join(folder, 'log'), '-trace_err', '-error_file', join(folder, 'errors')],
    ];
    const sipp = spawn('sipp', args, { cwd: folder, stdio: 'ignore' });
    return new Telephone(media, sipp, folder);
  }

  /** What the scenario has logged. */
  get log(): string[] {
    return this.read('log').split('\n').filter(Boolean);
  }

  /** When calls came to it. Milliseconds since the epoch. */
  get calledAt(): number[] {
    const times = this.log.map((line) => /^called .*?(\d{10}\.\d+)/.exec(line)?.[1]);
    return times.filter((time) => time !== undefined).map((time) => Number(time) * 1_000);
  }

  /** A line of the scenario's log. */
  logs = (line: RegExp): Promise<true | undefined> =>
    until(`${line} of ${this.log.join(', ')}`, () => this.log.some((each) => line.test(each)) || undefined);

  /** Rings at the other end. LiveKit SIP takes its id of the call, which is ours too, for its tag. */
  rings = (): Promise<string> => until('ringing', () => this.logged(/^ringing (\S+)$/)) as Promise<string>;

  /** Is answered; media go both ways from now on. */
  async answered(): Promise<void> {
    const port = await until('an answer', () => {
      const found = this.logged(/^answered (\d+)$/);
      if (!found && this.sipp.exitCode !== null) throw new Error(`not answered: ${this.read('errors')}`);
      return found;
    });
    this.media.talkTo(Number(port));
  }

  /** @param ms of sound */
  hears = (ms: number): Promise<true | undefined> =>
    until(`${ms} ms of sound, of which ${this.media.heardMs} came`, () => this.media.heardMs >= ms || undefined);

  /** The scenario has run to its end. @throws when it went otherwise */
  async done(): Promise<void> {
    const code = this.sipp.exitCode ?? ((await once(this.sipp, 'exit')) as [number | null])[0];
    if (code !== WELL) throw new Error(`SIPp ended with ${code}: ${this.read('errors')}`);
  }

  async close(): Promise<void> {
    if (this.sipp.exitCode === null && this.sipp.signalCode === null) {
      this.sipp.kill('SIGKILL');
      await once(this.sipp, 'exit');
    }
    this.media.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private logged = (line: RegExp): string | undefined => this.log.map((each) => line.exec(each)?.[1]).find(Boolean);

  private read(name: string): string {
    const path = join(this.folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }
}

const readScenario = (name: string): string => readFileSync(new URL(`scenarios/${name}.xml`, import.meta.url), 'utf8');

export async function freeUdpPort(): Promise<number> {
  const probe = await Media.open();
  const { port } = probe;
  probe.close();
  return port;
}

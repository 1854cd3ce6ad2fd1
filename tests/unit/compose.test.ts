import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SEARCH_ATTRIBUTES } from '../../contract/index.js';
import { ENV_VARIABLES, loadEnv } from '../../platform/env.js';

interface Service {
  image: string;
  profiles?: string[];
  build?: { context: string; target: string };
  command?: string[];
  stop_grace_period?: string;
  network_mode?: string;
  ports?: string[];
  volumes?: string[];
  env_file?: object[];
  environment: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: object;
  restart: string;
}

/** No container engine is at hand where these tests run: the file is checked, not started. */
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const compose = parse(read('docker-compose.temporal.yml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const service = (name: string) => compose.services[name]!;
/** What `--profile …` starts. */
const withProfiles = (...chosen: string[]) =>
  services.filter(([, { profiles }]) => !profiles || profiles.some((each) => chosen.includes(each)));
const runsOnce = ({ restart }: Service) => restart.startsWith('on-failure');

/** `${NAME:-default}` as compose reads it when nothing is set. */
const filledIn = (text: string) => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');

describe('docker-compose.temporal.yml', () => {
  it.each(services)('%s is of a pinned version', (_name, { image }) => {
    expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?$/);
    expect(image).not.toMatch(/latest/);
  });

  it('has the profiles that its head and docs/deploying.md name, and one Temporal in each choice', () => {
    const profiles = [...new Set(services.flatMap(([, each]) => each.profiles ?? []))].sort();
    expect(profiles).toEqual(['app', 'dev', 'phone', 'postgres']);
    const head = read('docker-compose.temporal.yml').split('\nx-app')[0]!;
    for (const profile of profiles) {
      expect(head).toMatch(new RegExp(`^#   ${profile} {2,}\\w`, 'm'));
      expect(read('docs/deploying.md')).toContain(`\`${profile}\``);
    }
    const namesWith = (...chosen: string[]) => withProfiles(...chosen).map(([name]) => name);
    expect(namesWith()).toEqual(['redis', 'livekit']);
    expect(namesWith('dev')).toEqual(['temporal-dev', 'redis', 'livekit']);
    expect(namesWith('postgres')).toEqual(expect.arrayContaining(['postgresql', 'temporal', 'temporal-ui']));
    expect(namesWith('postgres')).not.toContain('temporal-dev');
  });

  it.each(['gateway', 'worker', 'agent'])(
    '%s stays the user of its image, who is not root, and takes no more rights',
    (name) => {
      const { user, privileged, cap_add } = service(name) as {
        user?: string;
        privileged?: boolean;
        cap_add?: string[];
      };
      expect([user, privileged, cap_add]).toEqual([undefined, undefined, undefined]);
    },
  );

  it('has one version of the Temporal server and of the tools that prepare its database', () => {
    const version = (name: string) => service(name).image.split(':')[1];
    expect(version('temporal-schema')).toBe(version('temporal'));
    expect(version('temporal-setup')).toBe(version('temporal'));
  });

  it.each([['dev'], ['postgres']])(
    'with %s opens ports on this machine only, where npm start and its programs look for them',
    (profile) => {
      const portsOf = (...profiles: string[]) =>
        withProfiles(...profiles).flatMap(([, { ports = [] }]) => ports.map(filledIn));
      const published = (ports: string[]) => ports.map((port) => Number(port.split(':')[1]));
      const all = portsOf(profile, 'app', 'phone');
      for (const port of all) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+(\/udp)?$/);
      expect(new Set(published(all)).size).toBe(all.length);
      const { temporal, livekit, gateway, agent } = loadEnv({});
      const servers = published(portsOf(profile));
      for (const url of [`http://${temporal.address}`, temporal.uiUrl, livekit.url])
        expect(servers).toContain(Number(new URL(url).port));
      expect(servers).not.toContain(gateway.port);
      expect(published(all)).toEqual(expect.arrayContaining([gateway.port, agent.healthPort]));
    },
  );

  it.each(services.filter(([, each]) => !runsOnce(each)))(
    '%s has a health check',
    (_name, { healthcheck, restart, build }) => {
      // Images of ours have it in the Dockerfile.
      if (!build) expect(healthcheck).toBeDefined();
      expect(restart).toBe('unless-stopped');
    },
  );

  it('waits for what it needs: a database, its schema, a server that answers', () => {
    for (const [, { depends_on = {} }] of services) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect(condition).toBe(runsOnce(service(name)) ? 'service_completed_successfully' : 'service_healthy');
      }
    }
  });

  it('keeps the database in a named volume', () => {
    const named = services
      .flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]!))
      .filter((source) => !source.startsWith('./'));
    expect(named).toEqual(Object.keys(compose.volumes));
    expect(service('postgresql').volumes).toHaveLength(1);
    expect(service('temporal-dev').volumes).toHaveLength(1);
  });

  it('mounts files that exist', () => {
    const files = services.flatMap(([, { volumes = [] }]) =>
      volumes.filter((volume) => volume.startsWith('./') && !volume.startsWith('./.data/')),
    );
    expect(files).toHaveLength(3);
    for (const file of files) expect(read(file.split(':')[0]!)).not.toBe('');
  });

  it('registers the search attributes of the contract', () => {
    const attributes = service('temporal-setup').environment.SEARCH_ATTRIBUTES!.trim().split(/\s+/);
    expect(Object.fromEntries(attributes.map((each) => each.split('=')))).toEqual(SEARCH_ATTRIBUTES);
    const flags = service('temporal-dev').command!.filter((flag) => flag.startsWith('--search-attribute='));
    expect(Object.fromEntries(flags.map((flag) => flag.split('=').slice(1)))).toEqual(SEARCH_ATTRIBUTES);
  });

  it('turns eager activities on', () => {
    const config = parse(read('temporal/dynamicconfig.yaml')) as Record<string, { value: unknown }[]>;
    expect(config['system.enableActivityEagerExecution']).toEqual([{ value: true }]);
    expect(service('temporal-dev').command).toContain(
      '--dynamic-config-value=system.enableActivityEagerExecution=true',
    );
  });

  it('gives LiveKit the keys of the environment, media ports that are published, and the shared Redis', () => {
    const { LIVEKIT_KEYS, LIVEKIT_CONFIG } = service('livekit').environment;
    const { livekit } = loadEnv({});
    expect(parse(filledIn(LIVEKIT_KEYS!))).toEqual({ [livekit.apiKey]: livekit.apiSecret });
    const config = parse(filledIn(LIVEKIT_CONFIG!)) as { rtc: { tcp_port: number; udp_port: number }; redis: object };
    expect(service('livekit').ports).toEqual(
      expect.arrayContaining([
        `127.0.0.1:${config.rtc.tcp_port}:${config.rtc.tcp_port}`,
        `127.0.0.1:${config.rtc.udp_port}:${config.rtc.udp_port}/udp`,
      ]),
    );
    expect(config.redis).toEqual({ address: 'redis:6379' });
  });

  it('lets LiveKit tell the gateway, inside or outside, and LiveKit SIP make its rooms', () => {
    const config = parse(filledIn(service('livekit').environment.LIVEKIT_CONFIG!)) as Record<string, unknown>;
    expect(config.room).toEqual({ auto_create: true });
    const port = environmentOf('gateway').GATEWAY_PORT!;
    expect(config.webhook).toMatchObject({
      urls: [`http://gateway:${port}/v1/webhooks/livekit`, 'http://host.docker.internal:8080/v1/webhooks/livekit'],
    });
  });

  const apps = ['gateway', 'worker', 'agent'];
  /** What a service of ours gets: all of .env, and over it what is set here. */
  const environmentOf = (name: string, dotEnv: Record<string, string> = {}) => ({
    ...(service(name).env_file && dotEnv),
    ...Object.fromEntries(Object.entries(service(name).environment).map(([key, value]) => [key, filledIn(value)])),
  });

  it.each(apps)('%s gets all of .env, but for the addresses, ports and folders of its container', (name) => {
    expect(service(name).env_file).toEqual([{ path: '.env', required: false }]);
    const key = `k1:${Buffer.alloc(32).toString('base64')}`;
    const outside = {
      ...{ TEMPORAL_ADDRESS: '127.0.0.1:7233', LIVEKIT_URL: 'ws://127.0.0.1:7880' },
      ...{ GATEWAY_HOST: '127.0.0.1', GATEWAY_PORT: '9000', GATEWAY_KEYS_FILE: '.data/keys/keys.json' },
      ...{ AGENT_PORT: '9001', AGENT_HEALTH_HOST: '127.0.0.1', AGENT_HEALTH_PORT: '9002' },
      ...{ WORKER_METRICS_HOST: '127.0.0.1', WORKER_METRICS_PORT: '9003' },
      ...{ FLOWS_DIR: 'flows', LOG_DIR: '.data/logs' },
    };
    const env = loadEnv(environmentOf(name, { ENCRYPTION_KEYS: key, PHONE_ALLOW: '+4930', ...outside }));
    expect(env.encryption.keys.map(({ id }) => id)).toEqual(['k1']);
    expect(env.phone.allow).toEqual(['+4930']);
    expect(env.temporal.address).toBe('temporal:7233');
    expect(env.livekit.url).toBe('ws://livekit:7880');
    expect([env.flowsDir, env.logDir]).toEqual(['/app/flows', '/var/log/durable-calls']);
    const { gateway, agent, worker, ownAgent } = env;
    const own = {
      gateway: [gateway.host, gateway.port, gateway.keysFile],
      worker: [worker.metrics.host, worker.metrics.port, ownAgent.url],
      agent: [agent.healthHost, agent.healthPort, agent.port],
    };
    expect(own[name as keyof typeof own]).toEqual(
      {
        gateway: ['0.0.0.0', 8080, '/run/durable-calls/keys.json'],
        worker: ['0.0.0.0', 9464, 'http://gateway:8080'],
        agent: ['0.0.0.0', 8082, 8081],
      }[name],
    );
  });

  it.each(apps)('runs %s from the Dockerfile, with an environment that fits', (name) => {
    expect(service(name)).toMatchObject({ profiles: ['app'], build: { context: '.', target: name } });
    const environment = environmentOf(name);
    for (const variable of Object.keys(environment)) expect(ENV_VARIABLES).toContain(variable);
    expect(loadEnv(environment).temporal.address).toBe('temporal:7233');
  });

  it('waits longer for a stop than what is stopped may take', () => {
    const graceMs = (name: string) => {
      const [, count, unit] = /^(\d+)([sm])$/.exec(service(name).stop_grace_period!)!;
      return Number(count) * (unit === 'm' ? 60_000 : 1_000);
    };
    const worker = loadEnv(environmentOf('worker'));
    const agent = loadEnv(environmentOf('agent'));
    expect(graceMs('worker')).toBeGreaterThan(worker.worker.drainMs + 5_000);
    // The host itself gives up 30 s after its drain.
    expect(graceMs('agent')).toBeGreaterThan(agent.agent.drainMs + 30_000);
    expect(graceMs('gateway')).toBeGreaterThan(10_000);
  });

  it('either Temporal goes by one name', () => {
    const { networks } = service('temporal-dev') as unknown as { networks: { default: { aliases: string[] } } };
    expect(networks.default.aliases).toEqual(['temporal']);
    expect(compose.services.temporal).toBeDefined();
  });

  it('has LiveKit SIP, when asked for, beside the LiveKit and the Redis of this file, on the ports of npm start', () => {
    const sip = service('livekit-sip');
    expect(sip).toMatchObject({ profiles: ['phone'], network_mode: 'host' });
    const { livekit, phone } = loadEnv({});
    expect(parse(filledIn(sip.environment.SIP_CONFIG_BODY!))).toMatchObject({
      api_key: livekit.apiKey,
      api_secret: livekit.apiSecret,
      ws_url: livekit.url,
      redis: { address: filledIn(service('redis').ports![0]!).replace(/:6379$/, '') },
      sip_port: phone.sipPort,
      rtp_port: '10000-10199',
      listen_ip: '127.0.0.1',
    });
  });
});

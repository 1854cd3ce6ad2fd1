import type { AdmissionInput, Admit, CallLimits, Place, PlaceAnswer, PlaceRequest } from '../contract/index.js';

/** More than this many waiting calls are refused. */
const LONGEST_QUEUE = 1_000;

/** What runs that began before do otherwise, as `patched` of the SDK tells. */
const CHANGES = {
  /** They forgot the total when a request did not name it, and let in all who waited. */
  totalKept: 'total-kept',
  /** They refused whoever asked while the total was unknown, if others of the same organisation waited for it. */
  unknownTotalTried: 'unknown-total-tried',
};
type Patched = (change: string) => boolean;

/** Who has a place and who waits for one, in order. Plain bookkeeping: `admission.ts` speaks to the calls. */
export class AdmissionState {
  private readonly places: Map<string, Place>;
  private queue: Place[];
  private limits: CallLimits;
  /** Calls that left since the last comparison but one: what visibility says of them may be out of date. */
  private left = { lately: new Set<string>(), before: new Set<string>() };

  constructor({ places = [], queue = [], limits = { org: {} } }: AdmissionInput) {
    this.places = new Map(places.map((place) => [place.callId, place]));
    this.queue = queue;
    this.limits = limits;
  }

  get busy(): boolean {
    return this.places.size > 0 || this.queue.length > 0;
  }

  /** All that count or wait. */
  get callIds(): string[] {
    return [...this.places.keys(), ...this.queue.map(({ callId }) => callId)];
  }

  get carried(): Pick<Required<AdmissionInput>, 'places' | 'queue' | 'limits'> {
    return { places: [...this.places.values()], queue: this.queue, limits: this.limits };
  }

  admit({ limits, requests }: Admit, now: number, patched: Patched = () => true): PlaceAnswer[] {
    const { total } = this.limits;
    const unknown = limits.total === undefined && total !== undefined && patched(CHANGES.totalKept);
    const others = Object.entries(this.limits.org).filter(([org]) => !requests.some((request) => request.org === org));
    this.limits = {
      ...limits,
      ...(unknown && { total }),
      org: { ...Object.fromEntries(others), ...limits.org },
      outbound: { ...this.limits.outbound, ...limits.outbound },
    };
    // Nobody knows of agents now: who asks may try, who waits goes on waiting for them.
    return requests.map((request) => this.ask(request, now, unknown ? patched : undefined));
  }

  /** @param unknown given when the total is; of runs that began before it tells */
  ask({ callId, org, startWithinMs, queueMs, outbound }: PlaceRequest, now: number, unknown?: Patched): PlaceAnswer {
    const startBy = now + startWithinMs;
    // The same request again: whichever of the two starts the call, it has until the later moment.
    const known = this.places.get(callId) ?? this.queue.find((each) => each.callId === callId);
    if (known) {
      known.startBy = Math.max(known.startBy, startBy);
      return { callId, answer: this.places.has(callId) ? 'place' : 'queued', startBy };
    }
    const place: Place = { callId, org, startBy, ...(outbound && { outbound }) };
    const limit = this.limitFor(place, unknown && Infinity);
    if (limit === undefined && (!this.othersFirst(place) || unknown?.(CHANGES.unknownTotalTried))) {
      this.places.set(callId, place);
      return { callId, answer: 'place', startBy };
    }
    if (queueMs === undefined || this.queue.length >= LONGEST_QUEUE)
      return { callId, answer: 'full', limit: limit ?? 'org' };
    this.queue.push(place);
    return { callId, answer: 'queued', startBy };
  }

  /** Who waits already comes before this one, unless they wait for what it does not need. */
  private othersFirst({ org, outbound }: Place): boolean {
    return this.queue.some((each) => each.org === org && (outbound || this.limitFor(each) !== 'outbound'));
  }

  /** The limit that keeps this call out now. */
  private limitFor({ org, outbound }: Place, total = this.limits.total ?? Infinity): keyof CallLimits | undefined {
    const mine = [...this.places.values()].filter((place) => place.org === org);
    if (mine.length >= (this.limits.org[org] ?? Infinity)) return 'org';
    const dialling = mine.filter((place) => place.outbound).length;
    if (outbound && dialling >= (this.limits.outbound?.[org] ?? Infinity)) return 'outbound';
    return this.places.size >= total ? 'total' : undefined;
  }

  has(callId: string): boolean {
    return this.places.has(callId);
  }

  leave(callId: string): void {
    this.places.delete(callId);
    this.queue = this.queue.filter((each) => each.callId !== callId);
    this.left.lately.add(callId);
  }

  /** Moves from the queue who may, first come first served; returns their calls. */
  grant(): string[] {
    const granted = this.queue.filter((waiting) => {
      if (this.limitFor(waiting)) return false;
      this.places.set(waiting.callId, waiting);
      return true;
    });
    this.queue = this.queue.filter(({ callId }) => !this.places.has(callId));
    return granted.map(({ callId }) => callId);
  }

  /**
   * Puts right what was missed: calls that ended without a word, were never started, or run without a place.
   * @param by what is unknown, and was to be started before this moment, never will be. Milliseconds since the epoch
   */
  compare({ over, unknown, running }: { over: string[]; unknown: string[]; running: Place[] }, by: number): void {
    const waiting = new Set(this.queue.map(({ callId }) => callId));
    for (const place of running) {
      const { callId } = place;
      const left = this.left.lately.has(callId) || this.left.before.has(callId);
      if (!left && !waiting.has(callId) && !this.places.has(callId)) this.places.set(callId, place);
    }
    this.left = { lately: new Set(), before: this.left.lately };
    over.forEach((callId) => this.leave(callId));
    const known = new Map([...this.places.values(), ...this.queue].map((place) => [place.callId, place]));
    for (const callId of unknown) if ((known.get(callId)?.startBy ?? 0) < by) this.leave(callId);
  }
}

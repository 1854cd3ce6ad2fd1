import type { AdmissionInput, Admit, CallLimits, Place, PlaceAnswer, PlaceRequest } from '../contract/index.js';

/** More than this many waiting calls are refused. */
const LONGEST_QUEUE = 1_000;

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

  admit({ limits, requests }: Admit, now: number): PlaceAnswer[] {
    const others = Object.entries(this.limits.org).filter(([org]) => !requests.some((request) => request.org === org));
    this.limits = { ...limits, org: { ...Object.fromEntries(others), ...limits.org } };
    return requests.map((request) => this.answer(request, now));
  }

  private answer({ callId, org, startWithinMs, queueMs }: PlaceRequest, now: number): PlaceAnswer {
    const startBy = now + startWithinMs;
    // The same request again: whichever of the two starts the call, it has until the later moment.
    const known = this.places.get(callId) ?? this.queue.find((each) => each.callId === callId);
    if (known) {
      known.startBy = Math.max(known.startBy, startBy);
      return { callId, answer: this.places.has(callId) ? 'place' : 'queued', startBy };
    }
    const limit = this.limitFor(org);
    // Who waits already comes first.
    if (limit === undefined && !this.queue.some((each) => each.org === org)) {
      this.places.set(callId, { callId, org, startBy });
      return { callId, answer: 'place', startBy };
    }
    if (queueMs === undefined || this.queue.length >= LONGEST_QUEUE)
      return { callId, answer: 'full', limit: limit ?? 'org' };
    this.queue.push({ callId, org, startBy });
    return { callId, answer: 'queued', startBy };
  }

  /** The limit that keeps a call of this organisation out now. */
  private limitFor(org: string): 'org' | 'total' | undefined {
    const mine = [...this.places.values()].filter((place) => place.org === org).length;
    if (mine >= (this.limits.org[org] ?? Infinity)) return 'org';
    return this.places.size >= (this.limits.total ?? Infinity) ? 'total' : undefined;
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
      if (this.limitFor(waiting.org)) return false;
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

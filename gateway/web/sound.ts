/** Root mean square above which somebody is speaking; silence and comfort noise stay far below it. */
const AUDIBLE = 0.01;
const LOOK_MS = 40;

let context: AudioContext | undefined;

/** Call it in a click: browsers let sound start there only. */
export function unlockSound(): void {
  context ??= new AudioContext();
  void context.resume();
}

/** Measures what a track carries. The meter stops with the track. */
export function listen(track: MediaStreamTrack, onLevel: (level: number, audible: boolean) => void): void {
  if (!context) return;
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  const samples = new Float32Array(analyser.fftSize);
  const source = context.createMediaStreamSource(new MediaStream([track]));
  source.connect(analyser);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const level = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
    onLevel(level, level > AUDIBLE);
  }, LOOK_MS);
  const stop = () => {
    clearInterval(timer);
    source.disconnect();
    onLevel(0, false);
  };
  track.addEventListener('ended', stop, { once: true });
}

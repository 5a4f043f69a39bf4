/** Two short tones, made here: no file to load. Browsers let a page sound after its first click. */
const TONES = [660, 880];
const TONE_S = 0.16;

let audio: AudioContext | null = null;

/** To be called in a click: what is made there may sound later. */
export function wakeSound(): void {
  audio ??= new AudioContext();
  void audio.resume();
}

/** Sounds once however many tabs call it at the same time. */
export async function chime(): Promise<void> {
  const { locks } = navigator as Partial<Navigator>;
  if (locks === undefined) return await play();
  await locks.request("support.chime", { ifAvailable: true }, async (lock) => {
    if (lock !== null) await play();
  });
}

async function play(): Promise<void> {
  audio ??= new AudioContext();
  // Not clicked yet: it stays silent, and the notification is what tells.
  if (audio.state !== "running") return void audio.resume();
  const gain = audio.createGain();
  gain.gain.value = 0.12;
  gain.connect(audio.destination);
  const starts = TONES.map((frequency, at) => {
    const tone = audio!.createOscillator();
    tone.frequency.value = frequency;
    tone.connect(gain);
    tone.start(audio!.currentTime + at * TONE_S);
    tone.stop(audio!.currentTime + (at + 1) * TONE_S);
    return tone;
  });
  await new Promise((resolve) => starts.at(-1)!.addEventListener("ended", resolve));
}

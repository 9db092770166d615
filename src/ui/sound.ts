// Owns the sound of an answer that nobody saw: two soft notes, in one tab only, and never before the visitor has touched
// the page. Loaded where the site wishes for it.
import type { Widget } from "../core/handle.ts";

/** Whoever holds it decides for all tabs of the site. */
const LOCK = "foyer:sound";
/** Where the answer is seen goes first. */
const PATIENCE_MS = 200;
const HOLD_MS = 2000;

const NOTES_HZ = [660, 880];
const NOTE_S = 0.12;
const FADE_S = 0.5;
const VOLUME = 0.05;

/** What the visitor can choose. */
export interface Sound {
  isMuted(): boolean;
  mute(isMuted: boolean): void;
}

const sounds = new WeakMap<Widget, Sound>();

/** Undefined where nothing sounds. */
export const soundOf = (widget: Widget): Sound | undefined => sounds.get(widget);

/** A choice counts in this page at once, and is remembered as soon as there is a record to lie beside. */
function createSound(widget: Widget): Sound & { settle(): void; forget(): void } {
  let wish: boolean | null = null;
  const settle = (): void => {
    if (wish === null) return;
    widget.mark("muted", wish);
    if (widget.mark("muted") === wish) wish = null;
  };
  return {
    isMuted: () => wish ?? widget.mark("muted"),
    mute(isMuted) {
      wish = isMuted;
      settle();
    },
    settle,
    forget: () => {
      wish = null;
      widget.mark("muted", false);
    },
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });

/** Begins at once; the caller closes what it gets. */
function play(): AudioContext {
  const audio = new AudioContext();
  NOTES_HZ.forEach((hertz, index) => {
    const at = audio.currentTime + index * NOTE_S;
    const note = audio.createOscillator();
    const volume = audio.createGain();
    note.frequency.value = hertz;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(VOLUME, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + FADE_S);
    note.connect(volume).connect(audio.destination);
    note.start(at);
    note.stop(at + FADE_S);
  });
  return audio;
}

/** One tab goes on while it holds the lock; without locks each goes on. */
async function goFirst(body: () => Promise<void>): Promise<void> {
  if (!("locks" in navigator)) return body();
  await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock === null ? undefined : body()));
}

/** An answer has ended. Without a gesture the browser would refuse the sound, and write so into the console. */
async function ring(widget: Widget, sound: Sound, signal: AbortSignal): Promise<void> {
  const isSeen = widget.isOpen.peek() && !document.hidden;
  if (!isSeen) await pause(PATIENCE_MS, signal);
  const isSilent = sound.isMuted() || !navigator.userActivation?.hasBeenActive;
  // Another tab may be able to.
  if (signal.aborted || (isSilent && !isSeen)) return;
  await goFirst(async () => {
    const audio = isSeen ? null : play();
    await pause(HOLD_MS, signal);
    await audio?.close();
  });
}

/**
 * Lets answers that nobody saw be heard from now on; what the visitor has muted stays silent.
 * @param container tells the menu that there is something to mute
 * @returns the end of it
 */
export function chime(widget: Widget, container: HTMLElement): () => void {
  if (!container.isConnected) return () => {};
  const sound = createSound(widget);
  sounds.set(widget, sound);
  container.dataset["sound"] = "";
  const ending = new AbortController();
  const stops = [
    widget.on("message", ({ role }) => {
      sound.settle();
      // A browser that cannot play is silent.
      if (role === "assistant") ring(widget, sound, ending.signal).catch(() => {});
    }),
    widget.on("logout", sound.forget),
  ];
  return () => {
    for (const stop of stops) stop();
    ending.abort();
  };
}

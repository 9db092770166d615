// Owns what a browser of another engine must be able to do for the tests: little, so that any driver can.

export type Key = "Enter" | "Escape" | "Tab";

export interface Engine {
  goto(url: string): Promise<void>;
  /** Runs a function in the page. It goes there as text: it sees its arguments and the page, nothing around it. */
  run<Args extends unknown[], Result>(task: (...args: Args) => Result, ...args: Args): Promise<Result>;
  /** Presses the mouse there, in CSS pixels of the viewport. */
  click(x: number, y: number): Promise<void>;
  /** Types on the keyboard, wherever the focus is. */
  type(text: string): Promise<void>;
  press(key: Key): Promise<void>;
  /** A PNG of the viewport. */
  screenshot(): Promise<Buffer>;
  close(): Promise<void>;
}

/** The size of the viewport that tests ask for, CSS pixels; a driver may only come near it. */
export const SIZE = { width: 1024, height: 800 };

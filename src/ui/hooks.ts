// Owns the few hooks that the view needs, at the doors where preact/hooks stands, in a third of its bytes.
import { type Component, options, type RefObject } from "preact";

interface Slot {
  value?: unknown;
  deps?: readonly unknown[] | undefined;
  end?: (() => void) | undefined;
}

/** A component as Preact keeps it. It holds these names fast for what hooks into it: preact/hooks, @preact/signals. */
interface Hooked extends Component {
  /** Called once what is rendered stands in the page. */
  __h: (() => void)[];
  /** What its hooks keep, in the order of their calls. */
  foyerSlots?: Slot[];
}
interface Rendered {
  __c?: Hooked;
}
/** A page that bundles its own Preact with ours has other hooks on the same doors. */
const doors: { __r?: (vnode: Rendered) => void; unmount?: (vnode: Rendered) => void } = options as object;

let current: Hooked;
let index = 0;

const { __r: renderBefore, unmount: unmountBefore } = doors;
doors.__r = (vnode) => {
  renderBefore?.(vnode);
  if (vnode.__c) current = vnode.__c;
  index = 0;
};
doors.unmount = (vnode) => {
  unmountBefore?.(vnode);
  for (const { end } of vnode.__c?.foyerSlots?.splice(0) ?? []) end?.();
};

const nextSlot = (): Slot => ((current.foyerSlots ??= [])[index++] ??= {});

/** Notes the values that a hook depends on. False: they are as they were. */
function areNew(slot: Slot, deps: readonly unknown[] | undefined): boolean {
  const before = slot.deps;
  slot.deps = deps;
  return (
    before === undefined ||
    deps === undefined ||
    deps.some((value, place) => !Object.is(value, before[place]))
  );
}

/** What `getChildContext` of the components above gives. */
export const useContextOf = (): unknown => current.context;

/** The value of the first call, until one of `deps` changes. */
export function useMemo<T>(create: () => T, deps: readonly unknown[]): T {
  const slot = nextSlot();
  if (areNew(slot, deps)) slot.value = create();
  return slot.value as T;
}

/** An object that stays; for an element `null`, until it stands in the page. */
export function useRef<T>(initial: T): { current: T };
export function useRef<T>(initial: null): RefObject<T>;
export function useRef<T>(initial: T): { current: T } {
  return useMemo(() => ({ current: initial }), []);
}

/** @param first the value, or what makes it; a function as value is for neither. */
export function useState<T>(first: T | (() => T)): readonly [T, (next: T) => void] {
  const component = current;
  const slot = nextSlot();
  slot.value ??= [
    typeof first === "function" ? (first as () => T)() : first,
    (next: T) => {
      const [value, set] = slot.value as [T, (next: T) => void];
      if (Object.is(value, next)) return;
      slot.value = [next, set];
      component.setState({});
    },
  ];
  return slot.value as [T, (next: T) => void];
}

/**
 * Runs once the component stands in the page, and again when one of `deps` has changed. What it returns undoes it.
 * @param deps @default each rendering is a change
 */
export function useLayoutEffect(effect: () => (() => void) | void, deps?: readonly unknown[]): void {
  const slot = nextSlot();
  if (!areNew(slot, deps)) return;
  const { end } = slot;
  // All that a component undoes comes before all that it does anew.
  if (end) current.__h.unshift(end);
  current.__h.push(() => {
    slot.end = undefined;
    slot.end = effect() ?? undefined;
  });
}

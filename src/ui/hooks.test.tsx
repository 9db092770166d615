import { Component, Fragment, h, render } from "preact";
import { useLayoutEffect as useOtherEffect, useState as useOtherState } from "preact/hooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { useContextOf, useLayoutEffect, useMemo, useRef, useState } from "./hooks.ts";

let root: HTMLElement;
let log: string[];
const settle = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  root = document.createElement("div");
  document.body.append(root);
  log = [];
});
afterEach(() => {
  render(null, root);
  root.remove();
});

test("a state is kept, redraws when it changes, and not when it is set to what it is", async () => {
  let set: (next: number) => void = () => {};
  function Counter() {
    const [count, setCount] = useState(() => 1);
    set = setCount;
    log.push(`drawn ${count}`);
    return <p>{count}</p>;
  }
  render(<Counter />, root);
  set(1);
  await settle();
  set(2);
  set(3);
  await settle();
  expect([root.textContent, log]).toEqual(["3", ["drawn 1", "drawn 3"]]);
});

test("effects see the page, run again for new values only, and all are undone before any runs anew", async () => {
  function Effects({ a, b }: { a: number; b: number }) {
    const box = useRef<HTMLParagraphElement>(null);
    const note = (what: string) => () => {
      log.push(`${what} in ${box.current?.isConnected}`);
      return () => void log.push(`undo ${what}`);
    };
    useLayoutEffect(note(`a${a}`), [a]);
    useLayoutEffect(note(`b${b}`), [b]);
    useLayoutEffect(() => void log.push("each"));
    return <p ref={box} />;
  }
  render(<Effects a={1} b={1} />, root);
  expect(log.splice(0)).toEqual(["a1 in true", "b1 in true", "each"]);
  render(<Effects a={1} b={1} />, root);
  expect(log.splice(0)).toEqual(["each"]);
  render(<Effects a={2} b={2} />, root);
  expect(log.splice(0).toSorted()).toEqual(["a2 in true", "b2 in true", "each", "undo a1", "undo b1"]);
  render(<Effects a={3} b={3} />, root);
  expect(log.splice(0).map((line) => line.slice(0, 4))).toEqual(["undo", "undo", "a3 i", "b3 i", "each"]);
  render(null, root);
  expect(log.toSorted()).toEqual(["undo a3", "undo b3"]);
});

test("an effect that throws is the boundary's, and what it had done before is not undone twice", () => {
  class Boundary extends Component<{ children: preact.ComponentChildren }, { isBroken: boolean }> {
    override state = { isBroken: false };
    static override getDerivedStateFromError = () => ({ isBroken: true });
    override render() {
      return this.state.isBroken ? <p>broken</p> : this.props.children;
    }
  }
  function Throwing({ isBad }: { isBad: boolean }) {
    useLayoutEffect(() => {
      if (isBad) throw new Error("no");
      return () => void log.push("undone");
    }, [isBad]);
    return <p>fine</p>;
  }
  const draw = (isBad: boolean) =>
    render(
      <Boundary>
        <Throwing isBad={isBad} />
      </Boundary>,
      root,
    );
  draw(false);
  draw(true);
  return settle().then(() => expect([root.textContent, log]).toEqual(["broken", ["undone"]]));
});

test("a memo is made anew for new values only; a ref stays the same", () => {
  const refs = new Set<object>();
  function Memo({ value }: { value: number }) {
    const made = useMemo(() => {
      log.push(`made ${value}`);
      return { value };
    }, [value]);
    refs.add(useRef(0));
    return <p>{made.value}</p>;
  }
  for (const value of [1, 1, 2]) render(<Memo value={value} />, root);
  expect([root.textContent, log, refs.size]).toEqual(["2", ["made 1", "made 2"], 1]);
});

test("what a component above gives reaches those below", () => {
  class Provider extends Component<{ children: preact.ComponentChildren }> {
    override getChildContext = () => ({ name: "Ada" });
    override render = () => this.props.children;
  }
  const Reader = () => <p>{JSON.stringify(useContextOf())}</p>;
  render(
    <Provider>
      <Reader />
    </Provider>,
    root,
  );
  expect(root.textContent).toBe('{"name":"Ada"}');
});

test("an app of the page's own that uses preact/hooks on the same Preact is not in the way", async () => {
  let set: (next: string) => void = () => {};
  function Theirs() {
    const [name, setName] = useOtherState("theirs");
    set = setName;
    useOtherEffect(() => () => void log.push("their end"), []);
    return <p>{name}</p>;
  }
  function Ours() {
    const [name] = useState("ours");
    useLayoutEffect(() => () => void log.push("our end"), []);
    return <p>{name}</p>;
  }
  const both = (
    <Fragment>
      <Theirs />
      <Ours />
      <Theirs />
    </Fragment>
  );
  render(both, root);
  set("again");
  await settle();
  expect(root.textContent).toBe("theirsoursagain");
  render(null, root);
  expect(log.toSorted()).toEqual(["our end", "their end", "their end"]);
});

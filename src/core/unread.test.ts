import { beforeEach, describe, expect, it } from "vitest";
import { settle } from "./testing/environment.ts";
import { createStage, type Stage } from "./testing/widget.ts";

let stage: Stage;
let told: number[];
const unread = () => stage.widget.unread.value;
const say = async () => {
  stage.widget.send("hi");
  await settle();
};

beforeEach(() => {
  stage = createStage();
  stage.start();
  told = [];
  stage.widget.on("unread", (count) => told.push(count));
});

describe("unread answers", () => {
  it("are those that end while the panel is closed; opening reads them", async () => {
    await say();
    await say();
    expect([unread(), told]).toEqual([2, [1, 2]]);
    stage.widget.open();
    expect([unread(), told]).toEqual([0, [1, 2, 0]]);
  });

  it("are not left to who comes next", async () => {
    await say();
    stage.widget.logout();
    expect([unread(), told]).toEqual([0, [1, 0]]);
  });

  it("are those that end while the page is hidden; coming back reads them where the panel is open", async () => {
    stage.widget.open();
    stage.env.emit("hidden");
    await say();
    expect(unread()).toBe(1);
    stage.env.emit("visible");
    expect(unread()).toBe(0);
    stage.widget.close();
    stage.env.emit("hidden");
    await say();
    stage.env.emit("visible");
    expect(unread()).toBe(1);
  });

  it("are none that were seen, and no history", async () => {
    stage.widget.open();
    await say();
    stage.widget.dispose();
    stage.start();
    await settle();
    expect([unread(), told]).toEqual([0, []]);
  });
});

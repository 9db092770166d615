import { describe, expect, it } from "vitest";
import { textsFrom } from "../strings.ts";
import { agentRow, visitorRow } from "../testing/fake-widget.ts";
import { toJson, toText } from "./download.ts";
import { MENU_TEXTS } from "./texts.ts";

const wording = { name: "Nova", locale: "en-GB", texts: textsFrom(MENU_TEXTS, { transcript_visitor: "Me" }) };
const transcript = {
  name: "Nova",
  page: "https://shop.example/cart",
  savedAt: new Date(1_700_000_120_000),
  isPartial: false,
  rows: [
    visitorRow("m1", "Where is it?"),
    agentRow("m2", "**On its way.**"),
    { kind: "activity", id: "activity", label: null, isFirst: true } as const,
  ],
};

describe("a saved conversation", () => {
  it("as text has a paragraph for each message, with author and time", () => {
    const [head, place, gap, ...rest] = toText(transcript, wording).split("\n");
    expect([head, gap]).toEqual(["Conversation with Nova", ""]);
    expect(place).toMatch(/^https:\/\/shop\.example\/cart, /);
    expect(rest.filter((line) => !/2023/.test(line)).join("|")).toBe("Where is it?||**On its way.**|");
    expect(rest.filter((line) => /2023/.test(line)).map((line) => line.split(",")[0])).toEqual([
      "Me",
      "Nova",
    ]);
  });

  it("says when its beginning is missing", () => {
    const partial = { ...transcript, isPartial: true };
    expect(toText(partial, wording)).toContain("Earlier messages could not be loaded.");
    expect(JSON.parse(toJson(partial))).toMatchObject({ is_complete: false });
  });

  it("as JSON has what the hub would call them", () => {
    expect(JSON.parse(toJson(transcript))).toEqual({
      agent: "Nova",
      page: "https://shop.example/cart",
      saved_at: "2023-11-14T22:15:20.000Z",
      is_complete: true,
      messages: [
        {
          id: "m1",
          role: "user",
          content: "Where is it?",
          created_at: "2023-11-14T22:13:20.000Z",
          state: "sent",
        },
        {
          id: "m2",
          role: "assistant",
          content: "**On its way.**",
          created_at: "2023-11-14T22:14:20.000Z",
          state: "complete",
        },
      ],
    });
  });
});

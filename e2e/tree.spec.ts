// What assistive technology is given in the main states: the accessibility tree as a whole, so that a name, a role or an
// order that changes is seen.
import { expect, test } from "./fixtures.ts";

test("empty: who it is, what it offers, where to write", async ({ visit, chat }) => {
  await visit();
  await chat.launcher.click();
  await expect(chat.input).toBeFocused();
  await expect(chat.panel).toMatchAriaSnapshot(`
    - dialog "Nova":
      - heading "Nova" [level=2]
      - paragraph: Answers instantly
      - button "More"
      - button "Close chat"
      - log "Conversation":
        - paragraph: /What are you looking for today/
        - button "Where is my order?"
        - button /How do I add the widget/
        - button "What can you do?"
      - textbox "Your message"
      - button "Send" [disabled]
      - paragraph: Nova is an AI and can be wrong.
      - status
      - alert
  `);
});

test("answered: each message an article with who and when, its actions, what may be asked next", async ({
  visit,
  chat,
}) => {
  await visit();
  await chat.launcher.click();
  await chat.ask("Where is my order?");
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.stop).toHaveCount(0);
  await chat.answers.last().hover();
  await expect(chat.answers.getByRole("toolbar")).toBeVisible();
  await expect(chat.log).toMatchAriaSnapshot(`
    - log "Conversation":
      - article /You said, \\d/:
        - paragraph: Where is my order?
      - article /Nova said, \\d/:
        - paragraph: /I found it/
        - table:
          - rowgroup:
            - row "Item Size State"
          - rowgroup:
            - row "Field jacket, olive M on its way"
            - row "Wool beanie, grey one size on its way"
        - paragraph: /It should reach you/
        - toolbar "What you can do with this answer":
          - button "Copy answer"
          - button "Good answer"
          - button "Bad answer"
          - button "Answer again"
        - status
        - button "Cancel my order"
        - button "What does it cost?"
        - button "Show me everything"
  `);
});

test("failed: the reason with its message, and told at once", async ({ visit, chat }) => {
  await visit();
  await chat.launcher.click();
  await chat.ask("fail");
  await expect(chat.panel).toMatchAriaSnapshot(`
    - dialog "Nova":
      - log "Conversation":
        - article /You said/
        - article /Nova said/:
          - paragraph: Let me see. I will look that up and
          - paragraph:
            - text: That answer did not work out.
            - button "Retry"
      - textbox "Your message"
      - alert: That answer did not work out.
  `);
});

test("menu and conversations", async ({ visit, chat }) => {
  await visit({ attributes: 'data-agent="echo"' });
  await chat.launcher.click();
  await chat.ask("first words");
  await expect(chat.answers).toContainText("first words");
  await expect(chat.stop).toHaveCount(0);
  await chat.panel.getByRole("button", { name: "More", exact: true }).click();
  const menu = chat.panel.getByRole("menu");
  await expect(menu).toMatchAriaSnapshot(`
    - menu "More":
      - menuitem "New conversation"
      - menuitem "Conversations"
      - menuitem "Download as text"
      - menuitem "Download as JSON"
  `);
  await menu.getByRole("menuitem", { name: "Conversations" }).click();
  await expect(chat.panel.getByRole("region", { name: "Conversations" })).toMatchAriaSnapshot(`
    - region "Conversations":
      - button "Back to the chat"
      - heading "Conversations" [level=2]
      - button "New conversation"
      - list:
        - listitem:
          - button /first words .* Open now/
          - button "Rename first words"
          - button "Delete first words"
  `);
});

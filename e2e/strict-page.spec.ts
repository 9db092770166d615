// N52: a page with a strict content security policy and Trusted Types.
import { expect, test } from "./fixtures.ts";

// The parts that the loader imports inherit its nonce, so a nonce alone is enough.
for (const scripts of ["'nonce-x'", "'nonce-x' 'strict-dynamic'"])
  test(`N52: on a strict page with ${scripts} it opens styled, chats, and violates nothing`, async ({
    page,
    product,
    site,
    clientKey,
    watch,
    chat,
  }) => {
    const path = site.publish({
      isBare: true,
      headers: {
        "content-security-policy": [
          "default-src 'none'",
          `script-src ${scripts}`,
          `connect-src ${product.hub}`,
          "require-trusted-types-for 'script'",
        ].join("; "),
      },
      body: `<script nonce="x">window.violations = [];
      addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective + " " + event.blockedURI));
      </script>
      <script nonce="x" src="${product.hub}/foyer.js" data-client-key="${clientKey}" data-agent="support" async></script>`,
    });
    await page.goto(site.origin + path);
    await chat.launcher.click();
    await chat.askAndRate();
    // What comes later: the menu, the list of conversations.
    await chat.panel.getByRole("button", { name: "More", exact: true }).click();
    await chat.panel.getByRole("menuitem", { name: "Conversations" }).click();
    await expect(chat.panel.getByRole("heading", { name: "Conversations" })).toBeVisible();
    await page.keyboard.press("Escape");

    const box = await chat.panel.boundingBox();
    expect(box?.width).toBe(400);
    expect(await chat.panel.evaluate((panel) => getComputedStyle(panel).borderRadius)).not.toBe("0px");
    expect(await page.evaluate(() => (window as unknown as { violations: string[] }).violations)).toEqual([]);
    expect(watch.console.filter((line) => /Content Security|Trusted|violat/i.test(line))).toEqual([]);
    expect(watch.errors).toEqual([]);
  });

// A browser that does what it is told: one JSON command a line on standard input, one answer a
// line on standard output. First argument: where playwright-core and axe-core are.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";

const require = createRequire(`${process.argv[2]}/`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
let context, page, dialogs, faults;

const commands = {
  // A person with a browser of their own, who has not been here before.
  async person({ javaScript = true, width = 1280, dark = false, locale = "en-GB" }) {
    await context?.close();
    dialogs = [];
    faults = [];
    context = await browser.newContext({
      javaScriptEnabled: javaScript,
      viewport: { width, height: 800 },
      colorScheme: dark ? "dark" : "light",
      locale,
    });
    page = await context.newPage();
    page.setDefaultTimeout(20000);
    page.on("dialog", (dialog) => { dialogs.push(dialog.message()); dialog.dismiss(); });
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => {
      // A page that says no is no fault of the page.
      if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) {
        faults.push(message.text());
      }
    });
  },
  async open({ url }) {
    return (await page.goto(url)).status();
  },
  async click({ role, name }) {
    await page.getByRole(role, { name }).first().click();
    await page.waitForLoadState();
  },
  async fill({ label, text }) {
    await page.getByLabel(label, { exact: true }).fill(text);
  },
  async press({ key }) {
    await page.keyboard.press(key);
  },
  // Tabs on until the focus is there, and counts.
  async tab_to({ name }) {
    for (let n = 1; n <= 40; n += 1) {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate(() => {
        const active = document.activeElement;
        const style = getComputedStyle(active);
        return { text: active.textContent.trim(), outline: style.outlineStyle };
      });
      if (focused.text === name) return focused.outline;
    }
    throw new Error(`the keyboard does not reach ${name}`);
  },
  async wait_for({ url }) {
    await page.waitForURL(url);
  },
  // Waits until it is there.
  async see({ text }) {
    await page.getByText(text).first().waitFor();
  },
  async text() {
    return page.locator("body").innerText();
  },
  async focus() {
    return page.evaluate(() => document.activeElement.id);
  },
  async place_focus({ id }) {
    await page.locator(`#${id}`).focus();
  },
  async url() {
    return page.url();
  },
  async heading() {
    return page.locator("h1").innerText();
  },
  async faults() {
    return [...dialogs.map((text) => `dialog: ${text}`), ...faults];
  },
  // By how much the page is wider than the window.
  async overflow() {
    return page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
  },
  // Serious and critical faults. Through the debugger, so that the page's policy stays as it is.
  async axe() {
    await page.evaluate(axe);
    const { violations } = await page.evaluate("axe.run()");
    return violations
      .filter((it) => it.impact === "serious" || it.impact === "critical")
      .map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(" | ")}`);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...how } = JSON.parse(line);
  let answer;
  try {
    answer = { ok: (await commands[command](how)) ?? null };
  } catch (error) {
    answer = { no: String(error), at: page?.url() };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();

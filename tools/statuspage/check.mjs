// Checks pages of the status page in Chromium: WCAG 2.2 AA by axe, overflow on a phone, HTML, and
// the JSON documents with a client of Statuspage. Writes a picture of each page.
// Usage: node check.mjs DIRECTORY NAME=URL...
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HtmlValidate } from 'html-validate'
import { chromium } from 'playwright-core'
import statuspage from 'statuspage.io'

const [directory, ...pages] = process.argv.slice(2)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const validator = new HtmlValidate({
  extends: ['html-validate:standard', 'html-validate:a11y'],
  rules: { 'long-title': 'off', 'no-trailing-whitespace': 'off', 'doctype-style': 'off', 'void-style': 'off' },
})
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const layouts = {
  light: { colorScheme: 'light', viewport: { width: 1000, height: 800 } },
  dark: { colorScheme: 'dark', viewport: { width: 1000, height: 800 } },
  phone: { colorScheme: 'light', viewport: { width: 360, height: 740 }, isMobile: true },
}

let findings = 0
const finding = (...text) => { findings++; console.error(...text) }

async function checkPage(browser, name, url, layout) {
  // axe runs as a script, which the policy of the page rejects.
  const context = await browser.newContext({ ...layouts[layout], bypassCSP: true, javaScriptEnabled: true })
  context.setDefaultTimeout(120_000) // milliseconds, for a machine under load
  const page = await context.newPage()
  page.on('console', message => finding(name, layout, 'console:', message.text()))
  page.on('requestfailed', request => finding(name, layout, 'failed:', request.url()))
  page.on('request', request => { if (new URL(request.url()).origin !== new URL(url).origin) finding(name, layout, 'remote:', request.url()) })
  await page.goto(url)
  await page.screenshot({ path: join(directory, `${name}-${layout}.png`), fullPage: true })
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  if (width > layouts[layout].viewport.width) finding(name, layout, 'overflow:', width)
  await page.evaluate(() => document.querySelectorAll('details').forEach(details => { details.open = true }))
  await page.evaluate(axe)
  const { violations, passes } = await page.evaluate(tags => globalThis.axe.run({ runOnly: tags }), tags)
  for (const v of violations) finding(name, layout, v.id, v.help, v.nodes.map(node => node.html).slice(0, 3))
  console.log(`${name} ${layout}: ${passes.length} rules of axe pass, ${violations.length} fail`)
  await context.close()
}

async function checkHTML(name, url) {
  const report = await validator.validateString(await (await fetch(url)).text(), name)
  for (const { messages } of report.results) for (const m of messages) finding(name, `HTML ${m.line}:`, m.ruleId, m.message)
}

async function checkClient(name, url) {
  const client = new statuspage.Statuspage('page')
  client.setApiUrl(url)
  const summary = await client.api.getSummary()
  const { incidents } = await client.api.incidents.getAll()
  await client.api.incidents.getUnresolved()
  await client.api.scheduledMaintenances.getAll()
  await client.api.scheduledMaintenances.getActive()
  console.log(`${name}: the client reads ${summary.components.length} components, ${incidents.length} incidents, "${summary.status.description}"`)
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // Without its sandbox, which Chromium cannot use as root. It opens no page but these.
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
for (const argument of pages) {
  const [name, url] = argument.split(/=(.*)/s)
  for (const layout of Object.keys(layouts)) await checkPage(browser, name, url, layout)
  await checkHTML(name, url)
  await checkClient(name, new URL(url).origin)
}
await browser.close()
if (findings) { console.error(`${findings} findings`); process.exit(1) }

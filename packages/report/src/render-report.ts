import { createHash } from 'node:crypto'
import type { DriverInfoReport } from '@testrig/core/driver-info'
import { logElement, logTexts, REPORT_ELEMENT, scriptSafeJSON, withoutLogTexts } from './page-data.ts'
import { checkReport } from './parse-report.ts'

/**
 * Renders a report as one HTML page that needs no other file and no network.
 * @throws REPORT_INVALID when the report has not the form that its version says
 * @throws REPORT_VERSION when it is of another version than this package knows
 */
export async function renderReport(report: DriverInfoReport): Promise<string> {
  checkReport(report, 'What was given')
  const { script, style } = await import('#page-assets').then(({ pageAssets }) => pageAssets())
  const data = [
    dataElement(REPORT_ELEMENT, withoutLogTexts(report)),
    ...logTexts(report).map(([place, text]) => dataElement(logElement(place), text)),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Testrig">
<title>Testrig driver info</title>
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<noscript><p>This report is drawn by JavaScript, which is switched off. The same data is in report.json, and the charts in report.mmd, beside this file.</p></noscript>
${data.join('\n')}
<script>${script}</script>
</body>
</html>
`
}

/** What the page may load and run: itself. Data that would slip through as code is not run. */
function policy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    'font-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

function dataElement(id: string, value: unknown): string {
  return `<script type="application/json" id="${id}">${scriptSafeJSON(value)}</script>`
}

export { parseReport } from './parse-report.ts'
export { renderReport } from './render-report.ts'
export { type ReportFiles, writeReport } from './write-report.ts'

// Fails when a file of the repo names the machine that it was written on, or a registry that only that machine uses.
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'

// Every file that git tracks or would track.
const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())

/** What no file may contain, and why. `a/root/b` and `./root/b` are fine: the path must start there. */
const FORBIDDEN: [pattern: RegExp, what: string][] = [
  [/(?<![\w.@/-])\/(?:work|root)\/[\w.]/, 'a path of one machine'],
  [/(?<![\w.@/-])\/(?:home|Users)\/[\w.]+\//, 'a path of one machine'],
  [/\bregistry\.[a-z]+\.(?:org|com)\b|\bnpm\.pkg\.github\.com\b/, 'the host of a package registry'],
  [/^\s*(?:\/\/.*:_auth|(?:@[\w-]+:)?registry\s*=)/, 'a setting for one registry'],
]
// npm tells its scripts which registry it is set up for, unless that is the default one.
const registry = process.env.npm_config_registry
if (registry) {
  const host = new URL(registry).host.replaceAll('.', '\\.')
  FORBIDDEN.push([new RegExp(`\\b${host}(?![\\w-])`), 'the host of a package registry'])
}
/** A lock on an address instead of a version: not what the default registry gives. */
const FORBIDDEN_IN_LOCK = [
  ...FORBIDDEN,
  [/\btarball:|https?:\/\//, 'a package locked to an address'] as const,
]

for (const file of files) {
  const content = readFileSync(file)
  if (content.includes(0)) continue
  const rules = file.endsWith('pnpm-lock.yaml') ? FORBIDDEN_IN_LOCK : FORBIDDEN
  for (const [index, line] of content.toString('utf8').split('\n').entries()) {
    for (const [pattern, what] of rules) {
      const match = pattern.exec(line)
      if (!match) continue
      console.error(`${file}:${index + 1}: ${what}: ${line.slice(match.index, match.index + 60).trim()}`)
      process.exitCode = 1
    }
  }
}

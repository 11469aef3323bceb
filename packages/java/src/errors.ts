import { TestrigError } from '@testrig/core'

// All wording of errors of this package. Each code is explained in docs/errors.md.

export function javaMissing(label: string, ofHome: string | undefined): TestrigError {
  const home = ofHome === undefined ? 'JAVA_HOME is not set' : `JAVA_HOME has no ${ofHome}`
  return new TestrigError(
    'JAVA_MISSING',
    `${label}: no Java was found. ${home}, and there is no \`java\` on the PATH. Install a Java runtime (on Debian: apt-get install default-jre-headless), or name the program by the option \`java\`.`,
  )
}

export function besideOption(label: string, option: string, given: string, reason: string): TestrigError {
  return new TestrigError(
    'OPTION_INVALID',
    `${label}: option \`${option}\` must be left out when \`${given}\` is given: ${reason}.`,
  )
}

import { TestrigError } from '@testrig/core'

// All wording of errors of this package. Each code is explained in docs/errors.md.

export function zookeeperMissing(label: string, looked: string): TestrigError {
  return new TestrigError(
    'ZOOKEEPER_MISSING',
    `${label}: no Apache ZooKeeper was found. Looked for a zookeeper-<version>.jar in ${looked}. Install it (on Debian: apt-get install zookeeper), or unpack a release of https://zookeeper.apache.org and name its directory by the option \`home\` or the variable ZOOKEEPER_HOME.`,
  )
}

export function chrootRefused(label: string, path: string, code: number): TestrigError {
  const reasons: Record<number, string> = {
    [-102]: 'the access list of its parent forbids it',
    [-115]: 'the authentication failed',
  }
  const reason = reasons[code] ?? (Number.isNaN(code) ? 'the session was ended' : 'see KeeperException.Code')
  return new TestrigError(
    'ZOOKEEPER_CHROOT',
    `${label}: the node ${path} of the option \`chroot\` could not be created: error ${code}, ${reason}. Leave \`chroot\` out, and create it with a client of yours.`,
  )
}
